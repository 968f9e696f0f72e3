"""«Приозёрная область»: municipalities and schools that do not exist, with plausible names, places and peculiarities."""

import math
import random
from dataclasses import dataclass

NAME = "Приозёрная область"
CENTRE = (59.62, 42.35)  # latitude, longitude of the made-up regional town

# Municipality, its centre (a town or a village).
_MUNICIPALITIES = (
    ("городской округ Приозёрск", "г. Приозёрск"),
    ("Верхнереченский район", "с. Верхнеречье"),
    ("Малиновский район", "пос. Малиновка"),
    ("Заозёрский район", "с. Заозёрье"),
    ("Каменский район", "г. Каменск-на-Лосте"),
    ("Боровской район", "пос. Боровое"),
    ("городской округ Светлогорье", "г. Светлогорье"),
    ("Нижнереченский район", "с. Нижнеречье"),
    ("Ольховский район", "пос. Ольховка"),
    ("Берёзовский район", "с. Берёзово"),
    ("Троицкий район", "с. Троицкое"),
    ("Журавлинский район", "с. Журавлино"),
    ("Песчанский район", "пос. Песчанка"),
    ("Кедровский район", "пос. Кедровый"),
    ("городской округ Речной", "г. Речной"),
    ("Лебяжский район", "с. Лебяжье"),
    ("Рябиновский район", "с. Рябиново"),
    ("Ключевской район", "с. Ключи"),
    ("Озерковский район", "пос. Озерки"),
    ("Липовский район", "с. Липовка"),
    ("Сосновский район", "пос. Сосновка"),
    ("Покровский район", "с. Покровское"),
    ("Зареченский район", "пос. Заречный"),
    ("Дальнереченский район", "с. Дальнее"),
)

# A village and the adjective of its school.
_VILLAGE_PAIRS = """
Малиновка/Малиновская Верхнеречье/Верхнереченская Заозёрье/Заозёрская Боровое/Боровская Ольховка/Ольховская Берёзово/Берёзовская
Журавлино/Журавлинская Песчанка/Песчанская Лебяжье/Лебяжская Рябиново/Рябиновская Сосновка/Сосновская Липовка/Липовская Озерки/Озерковская
Ключи/Ключевская Ивантеево/Ивантеевская Гришино/Гришинская Никольское/Никольская Троицкое/Троицкая Покровское/Покровская Кедровый/Кедровская
Заречный/Зареченская Красавино/Красавинская Раменье/Раменская Погост/Погостская Залесье/Залесская Подгорье/Подгорская Луговое/Луговская
Дубровка/Дубровская Калинино/Калининская Родники/Родниковская Выселки/Выселковская Мостовая/Мостовская Починок/Починковская Устье/Устьинская
Горка/Горкинская Старое/Старосельская Новинки/Новинковская Ельники/Ельниковская Осиновка/Осиновская Клюквино/Клюквинская Брусничное/Брусничная
Вязовка/Вязовская Зимняки/Зимняковская Яблоново/Яблоновская Медведево/Медведевская Лосево/Лосевская Глухариха/Глухарихинская Камышово/Камышовская
Перевоз/Перевозская Плёсо/Плёсовская Тростянка/Тростянская Колосово/Колосовская
"""
_VILLAGES = [(name, adjective) for name, adjective in (pair.split("/") for pair in _VILLAGE_PAIRS.split())]


@dataclass(frozen=True)
class Municipality:
    """A municipality; `centre` is its chief locality."""

    key: str
    name: str
    centre: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class School:
    """A school; levels and peculiarities are codes of the closed lists."""

    key: str
    name: str
    short_name: str
    municipality: str
    locality: str
    latitude: float
    longitude: float
    education_levels: tuple[str, ...]
    peculiarities: tuple[str, ...]
    website: str | None = None


@dataclass(frozen=True)
class Region:
    """The whole made-up region."""

    name: str
    municipalities: tuple[Municipality, ...]
    schools: tuple[School, ...]


def _near(rng: random.Random, latitude: float, longitude: float, kilometres: float) -> tuple[float, float]:
    """A point at most so far away, five decimals."""
    distance, angle = kilometres * math.sqrt(rng.random()), rng.random() * 2 * math.pi
    return (
        round(latitude + distance * math.sin(angle) / 111.2, 5),
        round(longitude + distance * math.cos(angle) / (111.2 * math.cos(math.radians(latitude))), 5),
    )


def _town_school(number: int, ordinal: int, town: str) -> tuple[str, str]:
    """Full and short name; every fifth is a lyceum, every seventh a gymnasium."""
    place = town.split(" ", 1)[1]
    if ordinal % 5 == 2:
        return f"МАОУ «Лицей №\u00a0{number}» г.\u00a0{place}", f"Лицей №\u00a0{number}"
    if ordinal % 7 == 4:
        return f"МАОУ «Гимназия №\u00a0{number}» г.\u00a0{place}", f"Гимназия №\u00a0{number}"
    return f"МБОУ «Средняя общеобразовательная школа №\u00a0{number}» г.\u00a0{place}", f"Школа №\u00a0{number}"


_KINDS: dict[tuple[str, ...], str] = {
    ("primary",): "начальная общеобразовательная школа",
    ("primary", "basic"): "основная общеобразовательная школа",
    ("primary", "basic", "secondary"): "средняя общеобразовательная школа",
}


# How often a village school has each peculiarity.
_VILLAGE_PECULIARITIES = (("isolation", 0.7), ("infrastructure", 0.6), ("non-competitive", 0.4), ("gifted", 0.3))


def make_region(rng: random.Random, municipalities: int = 6, schools: int = 40) -> Region:
    """A region of up to 24 municipalities and some hundreds of schools; names of schools are distinct inside the region.

    Raises ValueError for more municipalities than there are names or fewer schools than municipalities.
    """
    if not 1 <= municipalities <= len(_MUNICIPALITIES) or schools < municipalities:
        raise ValueError("1 to 24 municipalities, at least one school in each")
    places: list[Municipality] = []
    for number, (name, centre) in enumerate(_MUNICIPALITIES[:municipalities], 1):
        # A sunflower spiral spreads the centres evenly, some 35 km apart.
        radius, angle = 38 * math.sqrt(number - 1), number * 2.39996
        latitude = CENTRE[0] + radius * math.sin(angle) / 111.2
        longitude = CENTRE[1] + radius * math.cos(angle) / (111.2 * math.cos(math.radians(CENTRE[0])))
        places.append(Municipality(f"m{number:02}", name, centre, round(latitude, 5), round(longitude, 5)))
    # Towns hold more schools than village districts.
    shares = [2.4 if place.centre.startswith("г.") else 1.0 for place in places]
    counts = [max(1, int(schools * share / sum(shares))) for share in shares]
    for index in range(max(0, schools - sum(counts))):
        counts[index % municipalities] += 1
    while sum(counts) > schools:
        counts[counts.index(max(counts))] -= 1
    result: list[School] = []
    names: set[str] = set()
    town_number = 0
    centres = {centre.split(" ", 1)[1] for _name, centre in _MUNICIPALITIES}
    taken: set[tuple[str, str]] = set()
    for place, count in zip(places, counts, strict=True):
        town = place.centre.startswith("г.")
        villages = rng.sample(_VILLAGES, len(_VILLAGES))
        root = place.centre.split(" ", 1)[1]
        # The district's own centre comes first where it is among the villages.
        villages = [pair for pair in villages if pair[0] == root or pair[0] not in centres]
        villages.sort(key=lambda pair: (pair[0] != root, pair in taken))
        urban = count if place.name.startswith("городской") else max(1, count // 2) if town else 0
        for ordinal in range(count):
            key = f"s{len(result) + 1:03}"
            if ordinal < urban:
                town_number += 1
                name, short = _town_school(town_number, ordinal, place.centre)
                latitude, longitude = _near(rng, place.latitude, place.longitude, 4)
                levels: tuple[str, ...] = ("primary", "basic", "secondary")
                peculiarities: tuple[str, ...] = ("gifted",) if ordinal % 3 else ("gifted", "non-competitive")
                locality = place.centre
            else:
                village, adjective = villages[(ordinal - urban) % len(villages)]
                taken.add((village, adjective))
                # The school of a district's centre takes its pupils up to the eleventh form.
                levels = ("primary", "basic", "secondary") if village == root else rng.choices(list(_KINDS), weights=(1, 5, 5))[0]
                short = f"{adjective} школа"
                if short in names:
                    short = f"{adjective} школа ({place.name})"
                name = f"МБОУ «{adjective} {_KINDS[levels]}»" + (f" ({place.name})" if "(" in short else "")
                latitude, longitude = _near(rng, place.latitude, place.longitude, 2 if village == root else 22)
                peculiarities = tuple(code for code, chance in _VILLAGE_PECULIARITIES if rng.random() < chance)
                peculiarities = peculiarities or ("isolation",)
                locality = place.centre if village == root else f"{rng.choice(('д.', 'с.', 'пос.'))} {village}"
            if short in names:
                short = f"{short} ({place.centre})"
            names.add(short)
            result.append(School(key, name, short, place.key, locality, latitude, longitude, levels, peculiarities))
    return Region(NAME, tuple(places), tuple(result))
