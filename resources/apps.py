from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResourcesConfig(AppConfig):
    name = "resources"
    verbose_name = _("Materials library")

    def ready(self) -> None:
        from resources import collection_panels, community_pages, directions, facility_pages, people_pages, receivers, recommendation, use_panels  # noqa: F401 - receivers keep the search in step with authors' names

        community_pages.connect()
        people_pages.connect()
        directions.connect()
        use_panels.connect()
        collection_panels.connect()
        recommendation.connect()
        facility_pages.connect()

        from resources import care_panel
        from resources.portfolio import library

        care_panel.connect()
        library.connect()
