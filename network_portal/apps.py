from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class NetworkPortalConfig(AppConfig):
    name = "network_portal"

    def ready(self) -> None:
        from django.contrib import admin
        from django.utils.translation import gettext_lazy as _

        from network_portal.checks import production_is_safe

        admin.site.site_header = admin.site.site_title = _("Administration of the portal")

        problems = production_is_safe(None)
        if problems:
            # A WSGI server runs no system checks: refuse here, so that no way of starting goes around them.
            raise ImproperlyConfigured("; ".join(problem.msg for problem in problems))
