"""New versions of published materials: where one stands before readers get it, and letters to those who used the older one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("resources", "0003_deeper_library"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VersionNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("declined_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "notice of a new version",
                "verbose_name_plural": "notices of new versions",
            },
        ),
        migrations.AddField(
            model_name="materialversion",
            name="preparation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "ready"),
                    ("draft", "in preparation"),
                    ("review", "in review"),
                    ("returned", "returned with comments"),
                    ("closed", "not published"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="materialversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("preparation__in", ["draft", "review", "returned"])), fields=("material",), name="one_version_in_preparation"
            ),
        ),
        migrations.AddField(
            model_name="versionnotice",
            name="teacher",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="version_notices", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="versionnotice",
            name="version",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="resources.materialversion"),
        ),
        migrations.AddConstraint(
            model_name="versionnotice",
            constraint=models.UniqueConstraint(fields=("version", "teacher"), name="noticed_once"),
        ),
    ]
