"""Empty a portal of its people and their work; the closed lists and the consents' texts stay."""

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from foundation.files.storage import delete_stored
from foundation.models import ReferenceItem
from resources.models import Library
from resources.storage_care import known_names

ROOMS = ("communities", "resources", "events", "metrics", "account", "mfa", "sessions", "django_tasks_database", "admin")
KEPT = {"communities.ConsentText", "communities.SubjectGrades"}


def reset() -> None:
    """Delete every row but the reference lists, then the stored files. Foreign keys are asked at the commit."""
    stored = list(known_names())
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label not in ROOMS or issubclass(model, ReferenceItem) or model._meta.label in KEPT or not model._meta.managed:
                continue
            # Past the ledger's own guard: only an emptied demo forgets its acts.
            rows = model._base_manager.exclude(community=None) if model is Library else model._base_manager.all()
            rows._raw_delete(rows.db)
    for name in stored:
        delete_stored(name)
    for leftover in settings.UPLOAD_TMP.glob("*"):
        if leftover.is_file():
            leftover.unlink()
