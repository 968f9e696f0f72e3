"""The closed lists of vocabularies.md, in Russian and English; later entries are the administrators'."""

from django.db import migrations

PRIMARY, BASIC, SECONDARY = "primary", "basic", "secondary"
LEVELS = [
    (PRIMARY, "начальное общее образование", "primary general education", 1, 4),
    (BASIC, "основное общее образование", "basic general education", 5, 9),
    (SECONDARY, "среднее общее образование", "secondary general education", 10, 11),
]

EVERYWHERE = {PRIMARY: (1, 4), BASIC: (5, 9), SECONDARY: (10, 11)}
UPPER = {BASIC: (5, 9), SECONDARY: (10, 11)}
# code, Russian, English, {level: (first grade, last grade)}
SUBJECTS = [
    ("russian", "русский язык", "Russian language", EVERYWHERE),
    ("reading", "литературное чтение", "literary reading", {PRIMARY: (1, 4)}),
    ("native-language", "родной язык", "native language", EVERYWHERE),
    ("native-reading", "литературное чтение на родном языке", "literary reading in the native language", {PRIMARY: (1, 4)}),
    ("foreign-language", "иностранный язык", "foreign language", {**EVERYWHERE, PRIMARY: (2, 4)}),
    ("second-language", "второй иностранный язык", "second foreign language", UPPER),
    ("mathematics", "математика", "mathematics", {PRIMARY: (1, 4), BASIC: (5, 6)}),
    ("algebra", "алгебра", "algebra", {BASIC: (7, 9)}),
    ("geometry", "геометрия", "geometry", {BASIC: (7, 9), SECONDARY: (10, 11)}),
    ("statistics", "вероятность и статистика", "probability and statistics", {BASIC: (7, 9), SECONDARY: (10, 11)}),
    ("calculus", "алгебра и начала математического анализа", "algebra and introduction to calculus", {SECONDARY: (10, 11)}),
    ("informatics", "информатика", "informatics", {BASIC: (7, 9), SECONDARY: (10, 11)}),
    ("world-around", "окружающий мир", "the world around", {PRIMARY: (1, 4)}),
    ("literature", "литература", "literature", UPPER),
    ("native-literature", "родная литература", "native literature", UPPER),
    ("history", "история", "history", UPPER),
    ("social-studies", "обществознание", "social studies", {BASIC: (6, 9), SECONDARY: (10, 11)}),
    ("geography", "география", "geography", UPPER),
    ("physics", "физика", "physics", {BASIC: (7, 9), SECONDARY: (10, 11)}),
    ("chemistry", "химия", "chemistry", {BASIC: (8, 9), SECONDARY: (10, 11)}),
    ("biology", "биология", "biology", UPPER),
    ("orkse", "ОРКСЭ", "foundations of religious cultures and secular ethics", {PRIMARY: (4, 4)}),
    ("dnkr", "духовно-нравственная культура России", "spiritual and moral culture of Russia", {BASIC: (5, 7)}),
    ("art", "изобразительное искусство", "fine art", {PRIMARY: (1, 4), BASIC: (5, 7)}),
    ("music", "музыка", "music", {PRIMARY: (1, 4), BASIC: (5, 8)}),
    ("technology", "труд (технология)", "labour (technology)", {PRIMARY: (1, 4), BASIC: (5, 9)}),
    ("pe", "физическая культура", "physical education", EVERYWHERE),
    ("obzr", "ОБЗР", "safety and defence of the homeland", {BASIC: (8, 9), SECONDARY: (10, 11)}),
    ("project", "индивидуальный проект", "individual project", {SECONDARY: (10, 11)}),
    ("astronomy", "астрономия", "astronomy", {SECONDARY: (10, 11)}),
    ("important-talks", "«Разговоры о важном»", "“Important talks”", EVERYWHERE),
    ("horizons", "«Россия — мои горизонты»", "“Russia, my horizons”", {BASIC: (6, 9), SECONDARY: (10, 11)}),
    ("extracurricular", "внеурочная деятельность", "extracurricular activities", EVERYWHERE),
]
ARCHIVED_SUBJECT = ("odnknr", "ОДНКНР", "spiritual and moral cultures of the peoples of Russia", "2025-09-01")

PROBLEM_AREAS = [
    ("gifted", "одарённые дети", "gifted children"),
    ("literacy", "функциональная грамотность", "functional literacy"),
    ("inclusion", "ОВЗ и инклюзия", "special needs and inclusion"),
    ("profile", "профильное обучение", "profile education"),
    ("career", "профориентация", "career guidance"),
    ("upbringing", "воспитание", "upbringing"),
    ("exams", "подготовка к ГИА", "preparing for state exams"),
    ("assessment", "ВПР и объективность оценивания", "national tests and fair assessment"),
    ("low-results", "школы с низкими результатами", "schools with low results"),
    ("small-schools", "малокомплектные школы", "small schools"),
    ("mentoring", "наставничество и молодые педагоги", "mentoring and young teachers"),
    ("digital", "цифровая среда и ИИ", "digital environment and AI"),
    ("research", "проекты и исследования", "projects and research"),
    ("continuity", "преемственность", "continuity between levels"),
    ("migrants", "дети-инофоны", "children with another first language"),
    ("wellbeing", "психологическая поддержка", "psychological support"),
    ("standards", "реализация ФГОС и ФОП", "federal standards and programmes"),
]

POSITIONS = [
    ("teacher", "учитель", "teacher"),
    ("head", "директор", "head of school"),
    ("deputy", "заместитель директора", "deputy head"),
    ("methodist", "методист", "methodist"),
    ("senior-methodist", "старший методист", "senior methodist"),
    ("psychologist", "педагог-психолог", "educational psychologist"),
    ("social", "социальный педагог", "social teacher"),
    ("speech", "учитель-логопед", "speech therapist"),
    ("defectologist", "учитель-дефектолог", "special education teacher"),
    ("tutor", "тьютор", "tutor"),
    ("additional", "педагог дополнительного образования", "teacher of additional education"),
    ("organiser", "педагог-организатор", "teacher-organiser"),
    ("adviser", "советник директора по воспитанию", "adviser on upbringing"),
    ("carer", "воспитатель", "carer"),
    ("librarian", "педагог-библиотекарь", "teacher-librarian"),
    ("obzr", "преподаватель-организатор ОБЗР", "organiser of safety education"),
]

FORMS = [
    ("school-union", "школьное методическое объединение", "school methodical union"),
    ("district-union", "районное (муниципальное) методическое объединение", "district methodical union"),
    ("creative-group", "творческая группа", "creative group"),
    ("problem-group", "проблемная группа", "problem group"),
    ("club", "клуб", "club"),
    ("association", "ассоциация", "association"),
    ("informal", "неформальное сообщество", "informal community"),
]


def fill(apps, schema_editor):
    def model(name):
        return apps.get_model("communities", name)

    levels = {
        code: model("EducationLevel").objects.create(code=code, name_ru=ru, name_en=en, grade_from=low, grade_to=high, order=order)
        for order, (code, ru, en, low, high) in enumerate(LEVELS)
    }
    for order, (code, ru, en, grades) in enumerate(SUBJECTS):
        subject = model("Subject").objects.create(code=code, name_ru=ru, name_en=en, order=order)
        for level, (low, high) in grades.items():
            model("SubjectGrades").objects.create(subject=subject, education_level=levels[level], grade_from=low, grade_to=high)
    code, ru, en, archived_on = ARCHIVED_SUBJECT
    model("Subject").objects.create(code=code, name_ru=ru, name_en=en, order=len(SUBJECTS), archived_on=archived_on)
    for name, entries in (("ProblemArea", PROBLEM_AREAS), ("Position", POSITIONS), ("CommunityForm", FORMS)):
        model(name).objects.bulk_create(model(name)(code=code, name_ru=ru, name_en=en, order=order) for order, (code, ru, en) in enumerate(entries))


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
