"""Writing the audit log."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from communities.models import AuditEntry, Teacher


def write_audit(action: str, *, by: Teacher | None, target: models.Model, **details: Any) -> AuditEntry:
    """Append one line: `by` did `action` to `target`; details are codes and ids, never free personal text."""
    return AuditEntry.objects.create(actor=by, action=action, content_type=ContentType.objects.get_for_model(target), object_id=target.pk, details=details)
