"""Teachers of the demo region: Russian names with agreement in gender, and made-up addresses under a reserved domain."""

import random
from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SURNAMES = _words(
    """
    Абрамов Агафонов Аксёнов Алексеев Андреев Анисимов Антонов Артемьев Афанасьев Баранов Белов Беляев Белозёров Блинов Бобров Богданов Большаков
    Борисов Быков Васильев Веселов Виноградов Власов Воробьёв Воронов Гаврилов Герасимов Голубев Горбунов Григорьев Громов Гусев Давыдов Данилов
    Демидов Денисов Дмитриев Дорофеев Дьячков Евдокимов Егоров Елисеев Емельянов Ермаков Ершов Ефимов Жданов Жуков Журавлёв Зайцев Захаров Зимин
    Золотарёв Зуев Иванов Игнатьев Ильин Исаев Казаков Калашников Калинин Карпов Киселёв Князев Ковалёв Колесников Комаров Кондратьев Копылов Королёв
    Котов Кравцов Крылов Кузнецов Кузьмин Кулаков Лаптев Лебедев Лобанов Логинов Лыткин Макаров Максимов Малышев Мартынов Маслов Медведев Мельников
    Миронов Михайлов Молчанов Морозов Назаров Некрасов Никитин Новиков Одинцов Орлов Осипов Павлов Панфилов Пахомов Петров Поляков Попов Прохоров
    Пушкарёв Родионов Рожков Румянцев Рыбаков Рябов Савельев Сазонов Самсонов Селезнёв Семёнов Сергеев Сидоров Смирнов Соболев Соколов Соловьёв
    Сорокин Степанов Суворов Тарасов Тимофеев Тихонов Третьяков Трофимов Уваров Ульянов Фадеев Федотов Филатов Фомин Фролов Харитонов Хохлов Цветков
    Чернов Чистяков Шестаков Ширяев Шилов Щербаков Щукин Юдин Яковлев Ясинский Заозёрский Каменский Покровский Троицкий Вишневский
    """
)

_FEMALE = _words(
    """
    Александра Алина Алла Алёна Анастасия Анна Антонина Валентина Валерия Варвара Вера Вероника Виктория Галина Дарья Евгения Екатерина Елена
    Елизавета Жанна Зинаида Зоя Инна Ирина Кристина Ксения Лариса Лидия Любовь Людмила Маргарита Марина Мария Надежда Наталья Нина Оксана Ольга Полина
    Раиса Светлана Софья Тамара Татьяна Юлия
    """
)
_MALE = _words(
    """
    Александр Алексей Анатолий Андрей Антон Артём Борис Вадим Валерий Василий Виктор Виталий Владимир Вячеслав Геннадий Георгий Григорий Денис Дмитрий
    Евгений Егор Иван Игорь Кирилл Константин Максим Михаил Николай Олег Павел Роман Сергей Степан Фёдор Юрий
    """
)

# A father's name → masculine patronymic; the feminine one follows by rule.
_PATRONYMICS = _words(
    """
    Александрович Алексеевич Анатольевич Андреевич Антонович Борисович Вадимович Валентинович Валерьевич Васильевич Викторович Владимирович
    Вячеславович Геннадьевич Георгиевич Григорьевич Дмитриевич Евгеньевич Иванович Игоревич Константинович Леонидович Михайлович Николаевич Олегович
    Павлович Петрович Романович Сергеевич Степанович Фёдорович Юрьевич Ильич
    """
)

_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        _words("a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e iu ia"),
        strict=True,
    )
) | {"ъ": "", "ь": ""}


@dataclass(frozen=True)
class Person:
    """A teacher's name; `gender` is `f` or `m`."""

    last_name: str
    first_name: str
    middle_name: str
    gender: str
    email: str

    @property
    def full_name(self) -> str:
        """Surname, first name, patronymic."""
        return f"{self.last_name} {self.first_name} {self.middle_name}"


def feminine_surname(surname: str) -> str:
    """«Орлов» → «Орлова», «Троицкий» → «Троицкая»."""
    return surname[:-2] + "ая" if surname.endswith("ий") else surname + "а"


def feminine_patronymic(patronymic: str) -> str:
    """«Сергеевич» → «Сергеевна», «Ильич» → «Ильинична»."""
    return "Ильинична" if patronymic == "Ильич" else patronymic[:-2] + "на"


def transliterate(text: str) -> str:
    """Latin letters as in Russian passports, lower case, for addresses."""
    return "".join(_LETTERS.get(letter, letter) for letter in text.lower())


def make_people(rng: random.Random, n: int, *, domain: str = "example.org") -> list[Person]:
    """`n` people, 85 % women as in schools, with distinct addresses; full names stay distinct while the lists allow it (over 100,000 names)."""
    seen: set[tuple[str, str, str]] = set()
    emails: dict[str, int] = {}
    people: list[Person] = []
    while len(people) < n:
        for _attempt in range(20):
            woman = rng.random() < 0.85
            surname, patronymic = rng.choice(_SURNAMES), rng.choice(_PATRONYMICS)
            name = (feminine_surname(surname), rng.choice(_FEMALE), feminine_patronymic(patronymic)) if woman else (surname, rng.choice(_MALE), patronymic)
            if name not in seen:
                break
        seen.add(name)
        login = f"{transliterate(name[1])[0]}.{transliterate(name[0])}"
        emails[login] = emails.get(login, 0) + 1
        number = emails[login]
        people.append(Person(*name, gender="f" if woman else "m", email=f"{login}{number if number > 1 else ''}@{domain}"))
    return people
