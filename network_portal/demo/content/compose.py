"""Turning topics into materials: titles, annotations and neutral blocks for the document writers."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from network_portal.demo.content import areas, exact, humanities, practice, sciences
from network_portal.demo.content.notation import Exercise, Topic, parse


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2; level 1 opens a slide."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """An unordered list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """An ordered list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of equal length; the first one is the header."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class PageBreak:
    """A new page or slide."""


Block = Heading | Paragraph | Bullets | Numbers | Table | PageBreak


@dataclass(frozen=True)
class MaterialText:
    """Everything a demo material says; codes are those of the closed lists, empty where a field does not apply."""

    title: str
    annotation: str
    subject: str
    area: str
    topic: str
    type: str
    grade_from: int
    grade_to: int
    purpose: str
    equipment: str
    duration_minutes: int
    blocks: tuple[Block, ...] = field(repr=False)


# Name and dative after «по» of each subject code.
SUBJECTS: dict[str, tuple[str, str]] = {
    "physics": ("Физика", "физике"),
    "chemistry": ("Химия", "химии"),
    "biology": ("Биология", "биологии"),
    "geography": ("География", "географии"),
    "mathematics": ("Математика", "математике"),
    "algebra": ("Алгебра", "алгебре"),
    "calculus": ("Алгебра и начала анализа", "алгебре и началам анализа"),
    "geometry": ("Геометрия", "геометрии"),
    "informatics": ("Информатика", "информатике"),
    "russian": ("Русский язык", "русскому языку"),
    "literature": ("Литература", "литературе"),
    "history": ("История", "истории"),
    "social-studies": ("Обществознание", "обществознанию"),
    "foreign-language": ("Английский язык", "английскому языку"),
    "reading": ("Литературное чтение", "литературному чтению"),
    "world-around": ("Окружающий мир", "окружающему миру"),
    "technology": ("Труд (технология)", "труду (технологии)"),
    "obzr": ("ОБЗР", "ОБЗР"),
    "pe": ("Физическая культура", "физической культуре"),
    "art": ("Изобразительное искусство", "изобразительному искусству"),
    "music": ("Музыка", "музыке"),
}

AREAS: dict[str, str] = {
    "gifted": "одарённые дети",
    "literacy": "функциональная грамотность",
    "inclusion": "ОВЗ и инклюзия",
    "mentoring": "наставничество и молодые педагоги",
    "small-schools": "малокомплектные школы",
    "digital": "цифровая среда и ИИ",
    "assessment": "ВПР и объективность оценивания",
    "exams": "подготовка к ГИА",
    "research": "проекты и исследования",
    "upbringing": "воспитание",
    "career": "профориентация",
    "wellbeing": "психологическая поддержка",
    "migrants": "дети-инофоны",
    "profile": "профильное обучение",
    "low-results": "школы с низкими результатами",
    "continuity": "преемственность",
    "standards": "реализация ФГОС и ФОП",
}

# Labels a title may carry; the first is the usual one.
LABELS: dict[str, tuple[str, ...]] = {
    "lesson-map": ("технологическая карта урока", "карта урока по минутам", "урок открытия нового знания"),
    "lesson-plan": ("конспект урока", "урок с парной работой", "урок-исследование"),
    "slides": ("презентация к уроку", "слайды для объяснения", "наглядный разбор на слайдах"),
    "lab": ("практическая работа", "практикум на один урок", "практикум без дорогого оборудования"),
    "worksheet": ("рабочий лист", "карточки для самостоятельной работы", "рабочий лист с самопроверкой"),
    "test": ("проверочная работа", "проверочная работа с ключом", "контрольный срез с критериями"),
    "problems": ("подборка заданий с ответами", "задания от простого к сложному", "разноуровневые задания"),
    "olympiad-tasks": ("олимпиадные задания", "олимпиадная тренировка", "разбор олимпиадных задач"),
    "schedule": ("тематическое планирование", "календарно-тематический план модуля"),
    "syllabus": ("модуль рабочей программы", "фрагмент рабочей программы"),
    "programme": ("программа внеурочного курса", "программа кружка на четверть"),
    "scenario": ("сценарий интеллектуальной игры", "игра по станциям", "сценарий предметной недели"),
    "guide": ("методические рекомендации", "советы учителю", "памятка для педагога"),
    "experience": ("опыт сельской школы", "описание опыта работы", "что получилось за год"),
    "route": ("индивидуальный образовательный маршрут", "маршрут на четверть"),
    "digital": ("тренажёр в электронной таблице", "таблица для самопроверки"),
    "regulation": ("положение", "примерное положение для школы"),
}

# Types with the shares in which teachers really share them.
TYPE_WEIGHTS: dict[str, int] = {
    "lesson-map": 17,
    "lesson-plan": 13,
    "slides": 16,
    "lab": 20,
    "worksheet": 15,
    "test": 12,
    "problems": 8,
    "olympiad-tasks": 5,
    "schedule": 4,
    "syllabus": 2,
    "programme": 3,
    "scenario": 4,
    "guide": 3,
    "experience": 3,
    "digital": 4,
}
AREA_TYPE_WEIGHTS: dict[str, int] = {"guide": 6, "experience": 5, "slides": 4, "programme": 3, "route": 2, "scenario": 2, "regulation": 1, "worksheet": 2}

FILE_KINDS: dict[str, tuple[str, ...]] = {
    "slides": ("pptx", "pptx", "pptx", "pptx", "pdf"),
    "schedule": ("xlsx", "xlsx", "docx"),
    "digital": ("xlsx",),
    "test": ("docx", "docx", "pdf", "xlsx", "odt"),
    "worksheet": ("docx", "pdf", "pdf", "odt"),
    "olympiad-tasks": ("pdf", "pdf", "docx"),
}

PURPOSES = ("base", "advanced", "olympiad", "inclusion", "mixed-grade")
EQUIPMENT = ("none", "oge-kit", "growth-point", "computer-class")

_MODULES = (sciences, exact, humanities, practice, areas)
TOPICS: dict[str, tuple[Topic, ...]] = {}
for _module in _MODULES:
    for _topic in parse(_module.TEXT):
        TOPICS[_topic.subject] = (*TOPICS.get(_topic.subject, ()), _topic)

_SHORT_WORD = re.compile(r"(?<![\w\u00a0-])([А-Яа-яёЁ]{1,2}|при|для|без|над|под|или) (?=[\w«„\d])")
_NUMBER = re.compile(r"(\d) (?=(?:[а-яёА-ЯЁ%‰°²³]))")


def typography(text: str) -> str:
    """Bind short words, numbers with their units, «№» and dashes by no-break spaces, as Russian setting wants."""
    text = text.replace("№ ", "№\u00a0").replace(" — ", "\u00a0— ")
    text = _NUMBER.sub("\\1\u00a0", text)
    return _SHORT_WORD.sub("\\1\u00a0", text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _inner(text: str) -> str:
    """Quote inside «…»: nested quotes turn into „…“."""
    return "«" + text.replace("«", "„").replace("»", "“") + "»"


def _grades(low: int, high: int) -> str:
    return f"{low} класс" if low == high else f"{low}–{high} классы"


def grades_phrase(low: int, high: int) -> str:
    """«в 7 классе», «в 10–11 классах»."""
    return f"в {low} классе" if low == high else f"в {low}–{high} классах"


def _title(rng: random.Random, topic: Topic, type_code: str, low: int, high: int) -> str:
    hook, label = rng.choice(topic.hooks), rng.choice(LABELS[type_code])
    area = topic.subject.startswith("area:")
    if type_code == "lab" and topic.practical and rng.random() < 0.5:
        hook = topic.practical.title
    link = " —" if ":" in hook else ":"
    if type_code == "olympiad-tasks" and not area:
        # There is one olympiad for all of mathematics.
        dative = "математике" if topic.subject in ("algebra", "calculus", "geometry") else SUBJECTS[topic.subject][1]
        # The national olympiad has a school stage from the fifth form on (Russian and mathematics: the fourth).
        last = f"Задания школьного этапа олимпиады по {dative}" if low >= 5 else f"Одарённым детям: олимпиада по {dative}"
        return rng.choice(
            (
                f"Олимпиадные задачи по {dative} для одарённых детей: {_inner(topic.title)}, {_grades(low, high)}",
                f"{hook}{link} олимпиадные задания для одарённых школьников",
                f"Готовим одарённого ребёнка к олимпиаде по {dative}: {_inner(topic.title)}",
                f"{hook}{link} разбор олимпиадных задач с одарёнными учениками",
                f"Олимпиадная тренировка по {dative}: {_inner(hook)}, {_grades(low, high)}",
                f"{last}: {_inner(topic.title)}" if low >= 5 else f"{last}, {_inner(topic.title)}",
            )
        )
    if type_code == "regulation":
        return f"{_capital(label)} по направлению {_inner(topic.title)}"
    patterns = [
        f"{hook}{link} {label} по теме {_inner(topic.title)}",
        f"{hook}{link} {label}",
        f"{hook}{link} {label}, {_grades(low, high)}",
        f"{_capital(LABELS[type_code][0])} {_inner(hook)}, {_grades(low, high)}",
        f"{topic.title}{' —' if ':' in topic.title else ':'} {label}",
    ]
    if not area:
        patterns.append(f"{_capital(LABELS[type_code][0])} по {SUBJECTS[topic.subject][1]}: {_inner(topic.title)}")
    return rng.choice(patterns)


_ANNOTATIONS: dict[str, tuple[str, ...]] = {
    "lesson-map": (
        "Урок расписан по минутам: мотивация, открытие нового, проверка понимания. Начинаем с вопроса «{q}»",
        "Готовая карта на {minutes} минут для работы {grades}. Для каждого этапа указаны действия учителя и учеников, в конце — выход на рефлексию.",
    ),
    "lesson-plan": (
        "Подробный ход урока с ответами, которые стоит ожидать от класса. Отправная точка — вопрос «{q}»",
        "Конспект на {minutes} минут: объяснение, работа в парах, самостоятельная проверка и домашнее задание на выбор.",
    ),
    "slides": (
        "Слайды ведут класс от вопроса «{q}» к выводу. Тексты короткие, крупные, читаются с последней парты.",
        "Презентация заменяет записи на доске: определения, разобранные примеры и задания для устной работы {grades}.",
    ),
    "lab": (
        "Практикум «{practical}» укладывается в один урок. Есть ход работы, бланк для записей и вопросы к выводу.",
        "Дети сами проводят наблюдение и оформляют вывод по образцу. Подходит для групп по 2–3 человека; нужны только доступные материалы.",
    ),
    "worksheet": (
        "Двусторонний лист для печати: опора, задания и самопроверка. Удобно отдать части класса, пока учитель занят с другими.",
        "Каждый ученик работает в своём темпе, а ответы в конце позволяют проверить себя. Печатается на одном листе.",
    ),
    "test": (
        "Проверочная работа на {minutes} минут с ключом и критериями. Видно, какое именно умение западает.",
        "Короткий контроль по пройденной теме: вопросы на понимание, расчётные или практические задания, шкала перевода в отметку.",
    ),
    "problems": (
        "Задания расположены по возрастанию сложности, ко всем даны ответы. Хватит на два урока и домашнюю работу.",
        "Разноуровневая подборка для работы {grades}: от устных вопросов до задания со звёздочкой.",
    ),
    "olympiad-tasks": (
        "Олимпиадные задачи для одарённых детей с идеями решения и критериями. Проверено на кружке объединённой группы трёх школ.",
        "Для работы с одарёнными учениками {grades}: подготовка к школьному и муниципальному этапам олимпиады, подсказки даны отдельно от ответов.",
        "Материал помогает учителю, у которого в классе один олимпиадник: задания, подсказки и разбор для одарённого ребёнка.",
    ),
    "schedule": ("Поурочное планирование модуля по федеральной рабочей программе: темы, часы, виды деятельности. Даты проставьте по своему календарю.",),
    "syllabus": ("Содержание, планируемые результаты и формы контроля одного модуля. Можно вставить в рабочую программу школы.",),
    "programme": ("Занятия на четверть с темами, формами работы и продуктом. Рассчитано на смешанную группу из 6–12 детей.",),
    "scenario": (
        "Игра по станциям на {minutes} минут: маршрутные листы, вопросы, подсчёт очков. Хорошо проходит и в классе-комплекте, и на параллели.",
        "Сценарий с ролями ведущих-старшеклассников. Победу приносит общее решение команды, а не скорость одного.",
    ),
    "guide": (
        "Как подойти к теме, где дети ошибаются и чем помочь. Короткие советы, которые можно применить на следующем уроке.",
        "Рекомендации собраны по итогам заседаний методического объединения: приёмы, пример разбора, памятка для взаимопосещения.",
    ),
    "experience": (
        "Что сработало, а что пришлось переделать в небольшой школе. В конце — бланк, с которым легко повторить.",
        "Рассказ о работе за год с разбором трудностей и ответами на вопросы коллег.",
    ),
    "route": ("Маршрут с целями, сроками и пробами на четверть. Его заполняют вместе с ребёнком и наставником.",),
    "digital": ("Ученик вписывает ответ и сверяет его с соседним столбцом. Работает без подключения к сети, в любом табличном редакторе.",),
    "regulation": ("Примерный текст для обсуждения на педагогическом совете: цели, участники, порядок работы. Впишите название своей школы.",),
}

_CONTEXT = (
    "Опробовано в классе из {n} учеников; при меньшем числе детей парную работу замените беседой с учителем.",
    "Если в классе {n} человек, удобно работать тройками: один читает, второй решает, третий проверяет.",
    "В классе-комплекте второй группе на это время дайте задание с самопроверкой: {n} минут тишины хватит обеим.",
    "Оставьте {n} минут в запасе: обычно именно в этом месте дети задают лучшие вопросы.",
)
_HOMEWORK = (
    "Придумать свою задачу по образцу и записать к ней решение.",
    "Объяснить тему кому-нибудь из домашних и записать вопрос, на который не удалось ответить.",
    "Выполнить одно задание на выбор; тем, кому было трудно, — повторить разобранный пример.",
    "Составить памятку из трёх шагов для одноклассника, который пропустил урок.",
)
_REFLECTION = (
    "Закончите фразу: «Сегодня я понял(а), почему…»",
    "Отметьте на шкале от 1 до 5, насколько уверенно вы объясните тему товарищу.",
    "Запишите одно слово, которое стало понятнее, и один вопрос, который остался.",
)


def _neighbour(rng: random.Random, topic: Topic) -> Topic:
    """Another topic of the same subject, as near in grade as there is: what revision and tests reach back to."""
    others = [item for item in TOPICS[topic.subject] if item is not topic] or [topic]
    nearest = min(abs(item.grade_from - topic.grade_from) for item in others)
    return rng.choice([item for item in others if abs(item.grade_from - topic.grade_from) == nearest])


def _practical_blocks(topic: Topic) -> list[Block]:
    if topic.practical is None:
        return []
    return [Heading(topic.practical.title, 2), Numbers(tuple(_capital(step) + "." for step in topic.practical.steps))]


def _key(exercises: list[Exercise]) -> Table:
    return Table((("№", "Ответ"), *((str(number), item.answer) for number, item in enumerate(exercises, 1))))


def _stages(rng: random.Random, topic: Topic, minutes: int) -> Table:
    task = topic.tasks[0].text if topic.tasks else topic.questions[0].text
    rest = minutes - 5 - 8 - 7 - 5
    activity = f"Проводит практикум «{topic.practical.title}»" if topic.practical else f"Предлагает задание: {task}"
    return Table(
        (
            ("Этап", "Мин", "Деятельность учителя", "Деятельность учеников"),
            ("Мотивация", "5", f"Задаёт вопрос: {topic.questions[0].text}", "Высказывают предположения, записывают свою версию"),
            ("Открытие нового", "8", topic.facts[0], "Сравнивают с версией, формулируют правило своими словами"),
            ("Работа с темой", str(rest), activity, "Работают парами, фиксируют ход решения"),
            ("Проверка понимания", "7", topic.facts[1], f"Обсуждают и приходят к выводу: {topic.questions[0].answer}"),
            ("Рефлексия", "5", rng.choice(_REFLECTION), "Отвечают письменно, сдают лист"),
        )
    )


def _lesson_map(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    blocks: list[Block] = [
        Heading("Цель и результаты"),
        Paragraph(f"Тема: {topic.title}. К концу урока ученик объясняет главное своими словами и применяет в знакомой и новой ситуации."),
        Bullets(topic.facts),
        Heading("Ход урока"),
        _stages(rng, topic, minutes),
        *_practical_blocks(topic),
    ]
    if topic.tasks:
        blocks += [Heading("Задания для закрепления"), Numbers(tuple(item.text for item in topic.tasks)), Heading("Ответы", 2), _key(list(topic.tasks))]
    return [*blocks, Heading("Домашнее задание"), Paragraph(rng.choice(_HOMEWORK)), Paragraph(rng.choice(_CONTEXT).format(n=rng.randint(5, 14)))]


def _lesson_plan(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    before = _neighbour(rng, topic)
    blocks: list[Block] = [
        Heading("Повторение"),
        Paragraph(f"Вспоминаем тему {_inner(before.title)}. {before.questions[0].text} Ожидаемый ответ: {before.questions[0].answer}"),
        Heading("Постановка вопроса"),
        Paragraph(f"Учитель: «{topic.questions[0].text}» Ответы детей записываем на доске, не оценивая."),
        Heading("Объяснение"),
        *(Paragraph(fact) for fact in topic.facts),
        Paragraph(f"Возвращаемся к вопросу начала урока. {topic.questions[0].answer}"),
        *_practical_blocks(topic),
    ]
    if topic.tasks:
        blocks += [Heading("Работа в парах"), *(Paragraph(f"{item.text} Ответ: {item.answer}.") for item in topic.tasks)]
    return [
        *blocks,
        Heading("Итог урока"),
        Paragraph(rng.choice(_REFLECTION)),
        Paragraph(rng.choice(_CONTEXT).format(n=rng.randint(5, 14))),
        Paragraph("Домашнее задание. " + rng.choice(_HOMEWORK)),
    ]


def _slides(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    blocks: list[Block] = [Heading("Подумаем вместе"), Paragraph(topic.questions[0].text), PageBreak(), Heading("Главное"), Bullets(topic.facts)]
    blocks += [PageBreak(), Heading("Ответ на вопрос"), Paragraph(topic.questions[0].answer)]
    if topic.practical:
        blocks += [PageBreak(), Heading(topic.practical.title), Numbers(tuple(_capital(step) for step in topic.practical.steps))]
    for number, item in enumerate(topic.tasks, 1):
        blocks += [PageBreak(), Heading(f"Задание {number}"), Paragraph(item.text)]
    if topic.tasks:
        blocks += [PageBreak(), Heading("Проверим себя"), _key(list(topic.tasks))]
    return [*blocks, PageBreak(), Heading("Итог"), Bullets((rng.choice(_REFLECTION), "Дома: " + rng.choice(_HOMEWORK)))]


def _lab(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    practical = topic.practical
    if practical is None:
        raise ValueError(f"no practical work for {topic.title!r}")
    rows = (("Шаг", "Что делаем", "Что заметили"), *((str(number), _capital(step), "") for number, step in enumerate(practical.steps, 1)))
    return [
        Heading(practical.title),
        Paragraph("Цель: получить результат самостоятельно, записать его и сделать вывод."),
        Paragraph("Перед началом прочитайте все шаги до конца и уберите с парты лишнее. О любом затруднении скажите учителю."),
        Heading("Опорные сведения"),
        Bullets(topic.facts),
        Heading("Ход работы"),
        Numbers(tuple(_capital(step) + "." for step in practical.steps)),
        Heading("Бланк наблюдений"),
        Table(rows),
        Heading("Вопросы к выводу"),
        Numbers((*(item.text for item in topic.questions), *(item.text for item in topic.tasks[:1]))),
        PageBreak(),
        Heading("Для учителя"),
        Paragraph("Ожидаемый ответ. " + topic.questions[0].answer),
        Paragraph(rng.choice(_CONTEXT).format(n=rng.randint(5, 14))),
    ]


def _worksheet(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    exercises = [*topic.tasks, *topic.questions]
    return [
        Paragraph("Фамилия, имя ____________________   Класс ______   Дата ____________"),
        Heading("Опора"),
        Bullets(topic.facts),
        Heading("Задания"),
        Numbers(tuple(item.text for item in exercises)),
        *_practical_blocks(topic),
        Heading("Оцените себя"),
        Table((("Я умею", "Да", "Почти", "Нужна помощь"), ("объяснить тему", "", "", ""), ("выполнить задание сам", "", "", ""))),
        PageBreak(),
        Heading("Самопроверка"),
        _key(exercises),
    ]


def _test(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    other = _neighbour(rng, topic)
    exercises = [*topic.tasks, *topic.questions, *other.tasks[:2]]
    rng.shuffle(exercises)
    most = len(exercises)
    return [
        Heading("Инструкция"),
        Paragraph(f"На работу отводится {minutes} минут. Ответы записывайте полно; за каждое верно выполненное задание — 1 балл."),
        Heading("Задания"),
        Numbers(tuple(item.text for item in exercises)),
        PageBreak(),
        Heading("Ключ для учителя"),
        _key(exercises),
        Heading("Шкала"),
        Table((("Баллы", "Отметка"), (str(most), "5"), (str(most - 1), "4"), (f"{most - 3}–{most - 2}", "3"), (f"менее {most - 3}", "2"))),
        Paragraph(f"Включены задания на повторение темы {_inner(other.title)}."),
    ]


def _problems(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    other = _neighbour(rng, topic)
    exercises = [*topic.questions, *topic.tasks, *other.tasks, *topic.advanced]
    return [
        Heading("Что пригодится"),
        Bullets(topic.facts),
        Heading("Задания"),
        Numbers(tuple(item.text for item in exercises)),
        PageBreak(),
        Heading("Ответы"),
        _key(exercises),
        Paragraph(rng.choice(_CONTEXT).format(n=rng.randint(5, 14))),
    ]


def _olympiad(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    near = [item for item in TOPICS[topic.subject] if item is not topic and item.advanced]
    extra = [rng.choice(item.advanced) for item in rng.sample(near, min(2, len(near)))]
    exercises = [*topic.advanced, *extra, *topic.tasks, *topic.questions][:5]
    return [
        Heading("Кому и зачем"),
        Paragraph(
            "Олимпиадные задачи предлагаем одарённым детям без образца: сначала поиск, потом разговор о ходе мысли. "
            "Верная идея с ошибкой в записи ценнее угаданного ответа."
        ),
        Heading("Задачи"),
        Numbers(tuple(item.text for item in exercises)),
        Heading("Подсказки"),
        Bullets((topic.facts[0], "Запишите, что известно и что нужно найти, разберите частный случай.", "Обоснуйте каждый шаг: жюри читает рассуждение.")),
        PageBreak(),
        Heading("Ответы и идеи решений"),
        _key(exercises),
        Heading("Критерии"),
        Table(
            (
                ("Баллы", "За что"),
                ("7", "Полное обоснованное решение"),
                ("5–6", "Верный ход, мелкие пробелы"),
                ("2–4", "Есть ключевая идея"),
                ("1", "Разобран частный случай"),
            )
        ),
    ]


def _schedule(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    topics = sorted(TOPICS[topic.subject], key=lambda item: (item.grade_from, item.title))
    start = topics.index(topic)
    rows = [("№", "Тема", "Часы", "Деятельность учеников")]
    for number, item in enumerate((topics[start:] + topics[:start])[:6], 1):
        action = item.practical.title if item.practical else "Решение и обсуждение: " + (item.tasks or item.questions)[0].text
        rows.append((str(number), f"{item.title} ({_grades(item.grade_from, item.grade_to)})", str(rng.randint(1, 4)), action))
    rows.append(("", "Всего", str(sum(int(row[2]) for row in rows[1:])), ""))
    return [
        Heading("Планирование модуля"),
        Table(tuple(rows)),
        Heading("Опорные положения темы"),
        Bullets(topic.facts),
        Paragraph("Часы распределены ориентировочно: резерв оставлен на повторение и сетевой урок с соседней школой."),
    ]


def _programme(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    other = _neighbour(rng, topic)
    items = [topic, other]
    rows: list[tuple[str, ...]] = [("Занятие", "Содержание", "Продукт")]
    for item in items:
        rows.append((item.hooks[0], item.facts[0], "вопросы и схема в общей тетради"))
        if item.practical:
            rows.append((item.practical.title, "; ".join(item.practical.steps), "заполненный бланк и фотография результата"))
        if item.tasks:
            rows.append((f"Практикум: {item.title}", item.tasks[0].text, "записанное решение"))
    rows.append(("Итоговая встреча", topic.questions[0].text, "выступление группы, отзыв гостя"))
    return [
        Heading("Пояснительная записка"),
        Paragraph(f"Курс соединяет темы {_inner(topic.title)} и {_inner(other.title)}. Группа может быть разновозрастной, из двух-трёх школ."),
        Heading("План занятий"),
        Table(tuple(rows)),
        Heading("Планируемые результаты"),
        Bullets(("объясняет наблюдаемое своими словами", "доводит работу до показа другим", *topic.facts)),
    ]


def _scenario(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    other = _neighbour(rng, topic)
    stations: list[Block] = [
        Heading("Станция «Вопрос на разгон»", 2),
        Paragraph(f"{topic.questions[0].text} (Ответ для ведущего: {topic.questions[0].answer})"),
        Heading("Станция «Верю — не верю»", 2),
        Bullets((*topic.facts, *other.facts[:1])),
    ]
    if topic.tasks:
        stations += [Heading("Станция «Штурм»", 2), *(Paragraph(f"{item.text} (Ответ: {item.answer})") for item in topic.tasks)]
    if topic.practical:
        stations += [Heading(f"Станция «Сделай сам»: {topic.practical.title}", 2), Numbers(tuple(_capital(step) for step in topic.practical.steps))]
    return [
        Heading("Подготовка"),
        Paragraph("Распечатайте маршрутные листы, назначьте ведущих станций из старших классов. Команды — по 4–5 человек разного возраста."),
        Heading("Ход игры"),
        *stations,
        Heading("Подведение итогов"),
        Table((("Команда", "Разгон", "Верю", "Штурм", "Итого"), ("1", "", "", "", ""), ("2", "", "", "", ""))),
        Paragraph(rng.choice(_REFLECTION)),
    ]


def _guide(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    blocks: list[Block] = [
        Heading("Почему это важно"),
        *(Paragraph(fact) for fact in topic.facts),
        Heading("Трудный случай"),
        *(Paragraph(f"{item.text} {item.answer}") for item in topic.questions),
    ]
    blocks += _practical_blocks(topic)
    if topic.tasks:
        blocks += [Heading("Задания, на которых видно понимание"), *(Paragraph(f"{item.text} Верный ответ: {item.answer}.") for item in topic.tasks)]
    return [
        *blocks,
        Heading("С чего начать завтра"),
        Bullets((rng.choice(_CONTEXT).format(n=rng.randint(5, 14)), "Договоритесь с коллегой о взаимопосещении.", rng.choice(_REFLECTION))),
    ]


def _experience(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    question, answer = topic.questions[0].text, topic.questions[0].answer
    if topic.subject.startswith("area:"):
        start = (f"На заседании объединения прозвучал вопрос: «{question}» Ответ искали вместе, тремя школами.", answer)
    else:
        start = (f"Каждый год на вопрос «{question}» класс отвечал заученной фразой. Решили перестроить тему.", f"К чему приходят дети теперь: {answer}")
    return [
        Heading("С чего всё началось"),
        *map(Paragraph, start),
        Heading("На что опирались"),
        Bullets(topic.facts),
        *_practical_blocks(topic),
        Heading("Что получилось"),
        Table(
            (
                ("Что наблюдали", "В сентябре", "В мае"),
                ("Берутся за задание без подсказки, чел.", str(rng.randint(2, 4)), str(rng.randint(6, 9))),
                ("Объясняют решение вслух, чел.", str(rng.randint(1, 3)), str(rng.randint(5, 8))),
            )
        ),
        Paragraph("Цифры относятся к одному небольшому классу и ничего не доказывают сами по себе, но перемену заметили и дети, и родители."),
        Heading("Что сделали бы иначе"),
        Paragraph(rng.choice(_CONTEXT).format(n=rng.randint(5, 14))),
    ]


def _route(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    steps = topic.practical.steps if topic.practical else tuple(topic.facts)
    helpers = ("учитель", "наставник", "семья")
    plan = [(str(number), _capital(step), rng.choice(helpers), "") for number, step in enumerate(steps, 1)]
    rows = (("Неделя", "Шаг", "Кто помогает", "Отметка ребёнка"), *plan)
    return [
        Heading("Цель маршрута"),
        Paragraph("Записывается словами самого ребёнка: «Я хочу научиться…»"),
        Heading("План на четверть"),
        Table(rows),
        Heading("Опоры для взрослых"),
        Bullets(topic.facts),
        Paragraph(f"{topic.questions[0].text} {topic.questions[0].answer}"),
    ]


def _regulation(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    steps = topic.practical.steps if topic.practical else ()
    return [
        Heading("1. Общие положения"),
        Paragraph(f"Положение определяет порядок работы по направлению {_inner(topic.title)} в общеобразовательной организации."),
        Paragraph(topic.facts[0]),
        Heading("2. Принципы"),
        Bullets(topic.facts),
        Heading("3. Порядок работы"),
        Numbers(tuple(_capital(step) + "." for step in steps)),
        Heading("4. Заключительные положения"),
        Paragraph("Положение обсуждается педагогическим советом и пересматривается не реже одного раза в два года."),
    ]


def _digital(rng: random.Random, topic: Topic, minutes: int) -> list[Block]:
    exercises = [*topic.tasks, *topic.questions, *_neighbour(rng, topic).tasks]
    rows = (("№", "Задание", "Ваш ответ", "Верный ответ", "Балл"), *((str(n), item.text, "", item.answer, "1") for n, item in enumerate(exercises, 1)))
    return [
        Heading("Тренажёр"),
        Paragraph("Впишите ответы в третий столбец, затем откройте четвёртый и сравните."),
        Table((*rows, ("", "Всего баллов", "", "", str(len(exercises))))),
        Heading("Подсказки"),
        Bullets(topic.facts),
    ]


_BODIES: dict[str, Callable[[random.Random, Topic, int], list[Block]]] = {
    "lesson-map": _lesson_map,
    "lesson-plan": _lesson_plan,
    "slides": _slides,
    "lab": _lab,
    "worksheet": _worksheet,
    "test": _test,
    "problems": _problems,
    "olympiad-tasks": _olympiad,
    "schedule": _schedule,
    "syllabus": _programme,
    "programme": _programme,
    "scenario": _scenario,
    "guide": _guide,
    "experience": _experience,
    "route": _route,
    "digital": _digital,
    "regulation": _regulation,
}


def _typeset(block: Block) -> Block:
    match block:
        case Heading(text, level):
            return Heading(typography(text), level)
        case Paragraph(text):
            return Paragraph(typography(text))
        case Bullets(items):
            return Bullets(tuple(map(typography, items)))
        case Numbers(items):
            return Numbers(tuple(map(typography, items)))
        case Table(rows):
            return Table(tuple(tuple(map(typography, row)) for row in rows))
        case _:
            return block


def _purpose(rng: random.Random, type_code: str) -> str:
    if type_code == "olympiad-tasks":
        return "olympiad"
    return rng.choices(PURPOSES, weights=(60, 15, 0, 8, 17))[0]


def _equipment(rng: random.Random, topic: Topic, type_code: str) -> str:
    if type_code == "digital" or (topic.subject == "informatics" and rng.random() < 0.6):
        return "computer-class"
    if type_code == "lab" and topic.subject in ("physics", "chemistry", "biology"):
        return rng.choice(("none", "oge-kit", "growth-point"))
    return "none"


_MINUTES = {
    "lab": (45, 90),
    "worksheet": (20, 45),
    "test": (20, 40, 45),
    "problems": (45, 90),
    "olympiad-tasks": (90, 120, 180),
    "scenario": (45, 60, 90),
    "digital": (20, 30),
}


# Subjects in which a topic without a starred task still gives olympiad work.
_OLYMPIAD_SUBJECTS = frozenset(
    (
        "physics",
        "chemistry",
        "biology",
        "geography",
        "mathematics",
        "algebra",
        "calculus",
        "geometry",
        "informatics",
        "russian",
        "literature",
        "history",
        "social-studies",
        "foreign-language",
    )
)


def suits(topic: Topic, type_code: str) -> bool:
    """Whether the topic has what a material of this type is made of."""
    if type_code == "lab":
        return topic.practical is not None
    if type_code == "olympiad-tasks":
        return bool(topic.advanced) or (topic.subject in _OLYMPIAD_SUBJECTS and topic.grade_from >= 5 and not re.search("ГЭ|кзамен", topic.title))
    if type_code in ("test", "problems", "digital"):
        return bool(topic.tasks)
    return True


def compose_material(rng: random.Random, subject: str, topic: Topic, type_code: str, grades: tuple[int, int] | None = None) -> MaterialText:
    """Write one material. `subject` is a subject code or `area:…`; `grades` narrows the topic's own. The text depends on `rng` alone.

    Raises ValueError where the topic lacks what the type needs (see `suits`).
    """
    if not suits(topic, type_code) or topic.subject != subject:
        raise ValueError(f"{type_code} does not suit {topic.title!r}")
    low, high = grades or (topic.grade_from, topic.grade_to)
    minutes = rng.choice(_MINUTES.get(type_code, (40, 45)))
    title = _title(rng, topic, type_code, low, high)
    pattern = rng.choice(_ANNOTATIONS[type_code])
    if "{q}" not in pattern and "{practical}" not in pattern:
        # Every annotation says what this very material is about.
        pattern += rng.choice((" Тема: {topic}.", " Отправной вопрос: «{q}»"))
    annotation = pattern.format(
        topic=_inner(topic.title),
        q=topic.questions[0].text.replace("«", "„").replace("»", "“"),
        minutes=minutes,
        grades=grades_phrase(low, high),
        practical=(topic.practical.title if topic.practical else "").replace("«", "„").replace("»", "“"),
    )
    if annotation[-1] == "»":
        annotation += "."
    area = subject.removeprefix("area:") if subject.startswith("area:") else ""
    return MaterialText(
        title=typography(title),
        annotation=typography(annotation),
        subject="" if area else subject,
        area=area,
        topic=typography(topic.title),
        type=type_code,
        grade_from=low,
        grade_to=high,
        purpose=_purpose(rng, type_code),
        equipment=_equipment(rng, topic, type_code),
        duration_minutes=minutes if type_code not in ("schedule", "syllabus", "programme", "route", "regulation", "guide", "experience") else 0,
        blocks=tuple(map(_typeset, _BODIES[type_code](rng, topic, minutes))),
    )


def another_title(rng: random.Random, topic: Topic, type_code: str) -> str:
    """One of the many titles a material of this topic and type may have."""
    return typography(_title(rng, topic, type_code, topic.grade_from, topic.grade_to))


def draw_topic(rng: random.Random, number: int) -> tuple[Topic, str]:
    """Topic and type for the material at place `number`, in the shares of `plan_materials`; nothing is left out in the long run."""
    area = number % 12 == 5
    weights = AREA_TYPE_WEIGHTS if area else TYPE_WEIGHTS
    while True:
        subject = rng.choice([code for code in TOPICS if code.startswith("area:") == area])
        topic = rng.choice(TOPICS[subject])
        code = "olympiad-tasks" if number % 20 == 3 and not area else rng.choices(list(weights), list(weights.values()))[0]
        if suits(topic, code):
            return topic, code


def plan_materials(rng: random.Random, count: int) -> list[MaterialText]:
    """`count` materials with distinct titles: a twelfth for problem areas, a twentieth olympiad tasks; at 600 no topic is left out.

    Raises ValueError when the content does not hold that many distinct titles.
    """
    subjects = [topic for code, topics in TOPICS.items() if not code.startswith("area:") for topic in topics]
    methodical = [topic for code, topics in TOPICS.items() if code.startswith("area:") for topic in topics]
    rng.shuffle(subjects)
    rng.shuffle(methodical)
    result: list[MaterialText] = []
    titles: set[str] = set()
    used: set[tuple[str, str, str]] = set()
    misses = number = 0
    while len(result) < count:
        if misses > 2000:
            raise ValueError(f"no more than {len(result)} materials with distinct titles")
        # Every twelfth place belongs to a problem area, every twentieth to olympiad tasks.
        if number % 12 == 5:
            topic = methodical[number // 12 % len(methodical)]
            code = rng.choices(list(AREA_TYPE_WEIGHTS), weights=list(AREA_TYPE_WEIGHTS.values()))[0]
        else:
            topic = subjects[(number - number // 12) % len(subjects)]
            code = "olympiad-tasks" if number % 20 == 3 else rng.choices(list(TYPE_WEIGHTS), weights=list(TYPE_WEIGHTS.values()))[0]
        key = (topic.subject, topic.title, code)
        if not suits(topic, code) or (key in used and misses < 400):
            misses += 1
            number += misses % 3 == 0
            continue
        material = compose_material(rng, topic.subject, topic, code)
        if material.title in titles:
            misses += 1
            continue
        misses = 0
        number += 1
        used.add(key)
        titles.add(material.title)
        result.append(material)
    return result


def plain_lines(blocks: tuple[Block, ...]) -> list[str]:
    """The blocks as the lines that are read out of a written document."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Heading(text, _) | Paragraph(text):
                lines.append(text)
            case Bullets(items):
                lines += items
            case Numbers(items):
                lines += [f"{number}. {item}" for number, item in enumerate(items, 1)]
            case Table(rows):
                lines += [" ".join(row) for row in rows]
    return lines


def file_kind(rng: random.Random, type_code: str) -> str:
    """Which kind of file a teacher would make of a material of this type."""
    return rng.choice(FILE_KINDS.get(type_code, ("docx", "docx", "docx", "pdf", "odt")))
