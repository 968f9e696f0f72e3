"""Whoever declined letters about new versions gets none from the notifications, which send them from now on."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_declined(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    declined = apps.get_model("resources", "VersionNotice").objects.exclude(declined_at=None)
    wish = apps.get_model("communities", "NoticeWish")
    teachers = declined.values_list("teacher", flat=True).distinct()
    wish.objects.bulk_create([wish(teacher_id=teacher, kind="new-version", delivery="never") for teacher in teachers], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("resources", "0009_best_practice_from_the_log"),
        ("communities", "0005_notifications"),
    ]

    operations = [migrations.RunPython(keep_declined, migrations.RunPython.noop)]
