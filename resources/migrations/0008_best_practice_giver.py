"""Who gave the mark «best practice» and when stands with the mark itself."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("resources", "0007_region")]

    operations = [
        migrations.AddField(
            model_name="material",
            name="best_practice_by",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(model_name="material", name="best_practice_on", field=models.DateField(blank=True, null=True)),
    ]
