"""Lists of a region: whoever reads, a page is read along an index and the rest is left alone."""

from django.db import migrations, models

from foundation.ordering import NullsLastIndex


class Migration(migrations.Migration):
    dependencies = [("resources", "0006_care")]

    operations = [
        migrations.AddIndex("material", NullsLastIndex(fields=["-published_on", "-id"], name="materials_by_day")),
        migrations.AddIndex("material", NullsLastIndex(fields=["-reuse_count", "-published_on", "-id"], name="materials_by_use")),
        migrations.AddIndex("material", NullsLastIndex(fields=["subject", "-published_on", "-id"], name="materials_of_subject")),
        migrations.AddIndex("material", NullsLastIndex(fields=["library", "-published_on", "-id"], name="materials_of_library")),
        migrations.AddIndex("material", models.Index(fields=["status", "submitted_at", "id"], name="materials_waiting")),
    ]
