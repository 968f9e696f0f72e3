"""Many materials at once: batches, their files and lines; how much room a library has."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("resources", "0012_region_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="library",
            name="quota_bytes",
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name="room for files"),
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "licence",
                    models.CharField(
                        choices=[
                            ("cc-by", "May be used and changed, naming the author"),
                            ("cc-by-sa", "May be used and changed, naming the author, under the same terms"),
                            ("network", "Only inside the network"),
                        ],
                        default="cc-by",
                        max_length=10,
                        verbose_name="licence",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("collecting", "files are being collected"),
                            ("checking", "being checked"),
                            ("checked", "waits for you"),
                            ("making", "drafts are being made"),
                            ("done", "finished"),
                        ],
                        default="collecting",
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                ("problems", models.JSONField(blank=True, default=list)),
                ("notes", models.JSONField(blank=True, default=list)),
                ("language", models.CharField(default="ru", max_length=10)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "library",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="resources.library", verbose_name="library"
                    ),
                ),
                ("teacher", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="batches", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "batch of materials",
                "verbose_name_plural": "batches of materials",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="BatchLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveIntegerField()),
                ("row", models.PositiveIntegerField(default=0)),
                ("files", models.JSONField(default=list)),
                ("values", models.JSONField(blank=True, default=dict)),
                ("guessed", models.JSONField(blank=True, default=dict)),
                ("row_problems", models.JSONField(blank=True, default=list)),
                ("problems", models.JSONField(blank=True, default=list)),
                ("notes", models.JSONField(blank=True, default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for the check"),
                            ("ready", "ready"),
                            ("broken", "needs your hand"),
                            ("queued", "waits to be made"),
                            ("made", "draft made"),
                            ("dropped", "left out"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("batch", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="resources.batch")),
                (
                    "material",
                    models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="resources.material"),
                ),
            ],
            options={
                "verbose_name": "line of a batch",
                "verbose_name_plural": "lines of batches",
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="BatchFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                ("received", models.PositiveBigIntegerField(default=0)),
                ("stored_name", models.CharField(blank=True, editable=False, max_length=200, null=True, unique=True)),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("batch", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="files", to="resources.batch")),
                (
                    "line",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="resources.batchline"),
                ),
            ],
            options={
                "verbose_name": "file of a batch",
                "verbose_name_plural": "files of batches",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["teacher", "stage", "-created_at"], name="batches_of_teacher"),
        ),
        migrations.AddIndex(
            model_name="batchline",
            index=models.Index(fields=["batch", "state", "order"], name="batch_lines_by_state"),
        ),
        migrations.AddConstraint(
            model_name="batchline",
            constraint=models.UniqueConstraint(fields=("batch", "order"), name="batch_line_order_once"),
        ),
    ]
