from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("resources", "0010_declined_letters"),
    ]

    operations = [
        migrations.DeleteModel(name="VersionNotice"),
    ]
