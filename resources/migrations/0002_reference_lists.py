"""The closed lists of the library (vocabularies.md) and the network's own library."""

from django.db import migrations

TYPES = [
    ("lesson-map", "технологическая карта урока", "lesson map"),
    ("lesson-plan", "конспект урока", "lesson plan"),
    ("syllabus", "рабочая программа", "syllabus"),
    ("schedule", "тематическое планирование (КТП)", "thematic schedule"),
    ("programme", "программа внеурочной деятельности", "programme of extracurricular activities"),
    ("slides", "презентация", "presentation"),
    ("lab", "лабораторная или практическая работа", "laboratory or practical work"),
    ("worksheet", "рабочий лист", "worksheet"),
    ("test", "контрольно-измерительные материалы", "tests"),
    ("problems", "задачи", "problems"),
    ("olympiad-tasks", "олимпиадные задания", "olympiad tasks"),
    ("scenario", "сценарий", "scenario"),
    ("digital", "цифровой образовательный ресурс", "digital resource"),
    ("video", "видео", "video"),
    ("guide", "методические рекомендации", "guide"),
    ("experience", "статья, описание опыта", "article on experience"),
    ("route", "индивидуальный образовательный маршрут", "individual learning route"),
    ("regulation", "положение, локальный акт", "regulation"),
    ("other", "другое", "other"),
]

PURPOSES = [
    ("base", "базовый уровень", "basic level"),
    ("advanced", "углублённый уровень", "advanced level"),
    ("olympiad", "олимпиадная подготовка", "olympiad training"),
    ("inclusion", "для ОВЗ", "for special needs"),
    ("mixed-grade", "для класса-комплекта", "for a mixed-grade class"),
]

EQUIPMENT = [
    ("none", "без оборудования", "no equipment"),
    ("oge-kit", "комплект ОГЭ", "state exam kit"),
    ("growth-point", "«Точка роста»", "“Growth point” laboratory"),
    ("computer-class", "компьютерный класс", "computer class"),
]


def fill(apps, schema_editor):
    for name, entries in (("MaterialType", TYPES), ("Purpose", PURPOSES), ("Equipment", EQUIPMENT)):
        model = apps.get_model("resources", name)
        model.objects.bulk_create(model(code=code, name_ru=ru, name_en=en, order=order) for order, (code, ru, en) in enumerate(entries))
    apps.get_model("resources", "Library").objects.create(community=None)


class Migration(migrations.Migration):
    dependencies = [("resources", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
