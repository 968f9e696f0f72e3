"""Marks given before 0008 learn from the audit log who gave them and when."""

from django.conf import settings
from django.db import migrations
from django.utils import timezone


def fill(apps, schema_editor):
    marked = apps.get_model("resources", "Material").objects.exclude(best_practice_reason="").filter(best_practice_by=None)
    entries = apps.get_model("communities", "AuditEntry").objects.filter(
        content_type__app_label="resources", content_type__model="material", action="award-best-practice"
    )
    for material in marked.only("pk").iterator():
        given = entries.filter(object_id=material.pk).order_by("-at", "-id").first()
        if given is not None and given.actor_id is not None:
            material.best_practice_by_id, material.best_practice_on = given.actor_id, timezone.localdate(given.at)
            material.save(update_fields=["best_practice_by", "best_practice_on"])


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contenttypes", "0002_remove_content_type_name"),
        ("communities", "0001_initial"),
        ("resources", "0008_best_practice_giver"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
