from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "resources"
    verbose_name = _("Materials library")

    def ready(self) -> None:
        from resources import receivers  # noqa: F401 - keeps the search in step with authors' names
        from resources.community_pages import connect

        connect()
