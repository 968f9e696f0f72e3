"""Care for the library: reports, acts of curators, warnings about texts, materials taken over."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("resources", "0005_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Custody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(default=django.utils.timezone.localdate)),
                ("material", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="custody", to="resources.material")),
                ("taken_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "care of the library",
                "verbose_name_plural": "cares of libraries",
            },
        ),
        migrations.CreateModel(
            name="CareAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("reported", "readers report a problem"),
                            ("exam", "looks like a closed exam paper"),
                            ("scan", "looks like a scan of a textbook"),
                            ("licence", "its licence does not fit"),
                            ("orphaned", "no author has a live account"),
                            ("stale", "unchanged for more than three school years"),
                            ("unused", "not used at a lesson for a year"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "remedy",
                    models.CharField(
                        choices=[
                            ("ask", "ask the author"),
                            ("transfer", "transfer to the library's care"),
                            ("archive", "take off the shelf"),
                            ("dismiss", "leave as it is"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=1000)),
                ("done_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("silent_until", models.DateField()),
                ("done_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("material", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="care_acts", to="resources.material")),
            ],
            options={
                "verbose_name": "act of care",
                "verbose_name_plural": "acts of care",
                "ordering": ["-done_at", "-id"],
                "indexes": [models.Index(fields=["material", "finding", "silent_until"], name="silenced_findings")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("remedy", "dismiss"), _negated=True), models.Q(("words", ""), _negated=True), _connector="OR"),
                        name="dismissal_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MaterialReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("link", "a link in it does not work"),
                            ("scan", "scan of a textbook"),
                            ("exam", "closed exam paper"),
                            ("personal", "personal data of pupils or colleagues"),
                            ("other", "something else"),
                        ],
                        max_length=8,
                        verbose_name="what is wrong",
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=1000, verbose_name="where and what")),
                ("reported_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "remedy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ask", "ask the author"),
                            ("transfer", "transfer to the library's care"),
                            ("archive", "take off the shelf"),
                            ("dismiss", "leave as it is"),
                        ],
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=1000)),
                (
                    "answered_by",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("material", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="problem_reports", to="resources.material")),
                ("reporter", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="problem_reports", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "report of a problem",
                "verbose_name_plural": "reports of problems",
                "ordering": ["-reported_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)), fields=("material", "reporter", "reason"), name="reported_once_while_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("reason", "other"), _negated=True), models.Q(("words", ""), _negated=True), _connector="OR"),
                        name="other_problem_in_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TextWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("reported", "readers report a problem"),
                            ("exam", "looks like a closed exam paper"),
                            ("scan", "looks like a scan of a textbook"),
                            ("licence", "its licence does not fit"),
                            ("orphaned", "no author has a live account"),
                            ("stale", "unchanged for more than three school years"),
                            ("unused", "not used at a lesson for a year"),
                        ],
                        max_length=8,
                    ),
                ),
                ("evidence", models.CharField(max_length=200)),
                ("file", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="warnings", to="resources.materialfile")),
            ],
            options={
                "verbose_name": "warning about a text",
                "verbose_name_plural": "warnings about texts",
                "constraints": [models.UniqueConstraint(fields=("file", "finding"), name="warned_once_per_file")],
            },
        ),
    ]
