"""Which fields the portal guessed and which a person chose; and what an upload became."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("resources", "0002_reference_lists")]
    operations = [
        migrations.AddField(model_name="material", name="filled_by", field=models.JSONField(blank=True, default=dict)),
        migrations.AddField(
            model_name="upload",
            name="file",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="resources.materialfile"),
        ),
    ]
