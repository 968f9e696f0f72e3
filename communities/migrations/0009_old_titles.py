"""Earlier titles of topics are kept with the earlier texts of their first messages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0008_discussions")]

    operations = [
        migrations.AddField("postversion", "title", models.CharField(blank=True, default="", max_length=160), preserve_default=False),
    ]
