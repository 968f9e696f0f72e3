from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from events import certificate_pages, community_pages, contest_pages, directions

        community_pages.connect()
        directions.connect()
        contest_pages.connect()
        certificate_pages.connect()
