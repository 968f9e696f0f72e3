from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "metrics"
    verbose_name = _("Network health")

    def ready(self) -> None:
        from metrics import receivers  # noqa: F401 - connects the ledger to the signal
