"""Letters to followers of collections, deadlines of calls, reasons of revocations."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("resources", "0013_batches")]

    operations = [
        migrations.AddField("collectionfollow", "by_mail", models.BooleanField(default=True)),
        migrations.AddField("collectionfollow", "mailed_at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.AddIndex("collectionfollow", models.Index(fields=["by_mail", "mailed_at"], name="follows_due")),
        migrations.AddField("materialcall", "due_on", models.DateField(blank=True, null=True, verbose_name="needed by")),
        migrations.AddField(
            "attestation",
            "revoked_for",
            models.CharField(
                blank=True,
                choices=[
                    ("replaced", "a newer paper was issued instead"),
                    ("mistake", "the paper holds a mistake"),
                    ("needless", "the teacher needs the paper no more"),
                ],
                max_length=8,
            ),
        ),
    ]
