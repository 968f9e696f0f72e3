from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "resources"
    verbose_name = _("Materials library")

    def ready(self) -> None:
        from resources import community_pages, people_pages, receivers  # noqa: F401 - receivers keep the search in step with authors' names

        community_pages.connect()
        people_pages.connect()
