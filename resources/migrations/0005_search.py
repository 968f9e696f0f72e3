from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("resources", "0004_versions")]

    operations = [
        migrations.CreateModel(
            name="VocabularyWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stem", models.CharField(max_length=40, unique=True)),
                ("word", models.CharField(max_length=40)),
                ("head", models.CharField(max_length=2)),
                ("tail", models.CharField(max_length=2)),
                ("length", models.PositiveSmallIntegerField()),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "word of the library",
                "verbose_name_plural": "words of the library",
                "indexes": [models.Index(fields=["head", "length"], name="words_by_head"), models.Index(fields=["tail", "length"], name="words_by_tail")],
            },
        ),
    ]
