"""What a material is, told from its files' names and texts: title, type, subject, grades, topic. Pure functions, no database.

A guess is shown to the author as prefilled and can be changed; where the evidence is thin nothing is guessed.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from foundation.text_search.stems import stems
from resources.guessing_words import SUBJECT_NAMES, SUBJECTS, TYPES

# Characters looked at: a subject shows everywhere, type, grade and topic stand at the beginning.
TEXT_LOOKED_AT = 20_000
HEAD = 1_500
TITLE_LENGTH = 200
TOPIC_LENGTH = 200
# Weights of evidence, in hits of an ordinary word of the subject.
NAME_WEIGHT = 8
SCHOOL_NAME_WEIGHT = 4
OWN_SUBJECT_FACTOR = 1.6
# One subject is named only above this score, and only when it is so much stronger than the next.
ENOUGH = 4
CLEARLY = 1.2

_GRADE = r"(?<![\d.,])(1[01]|[1-9])"
_CLASS = r"(?:кл(?:асс\w*)?\b\.?)"
_RANGE = re.compile(rf"{_GRADE}\s*(?:-?\w{{1,2}}\s)?\s*[-–—]\s*(1[01]|[1-9])(?!\d)(?:-?[а-я]{{1,2}})?\s*{_CLASS}")
_LIST = re.compile(rf"{_GRADE}((?:\s*(?:,|и)\s*(?:1[01]|[1-9]))+)\s*{_CLASS}")
_SINGLE = re.compile(rf"{_GRADE}(?:\s*-?\s*(?:й|го|му|м|ый|ые|х))?\s*[«\"„]?\s*(?:[а-д]\b)?\s*[»\"“]?\s*{_CLASS}")
_AFTER = re.compile(r"\bкласс\w{0,2}\s*[:№–-]?\s*(1[01]|[1-9])(?![\d.,])")
_LETTER = re.compile(r"(?<![\d\w.,])(1[01]|[1-9])[«\"]?[а-д][»\"]?(?![\w])")
_TOPIC = re.compile(r"(?im)^[ \t]*тема(?: урока| занятия| работы)?[ \t]*[:.–—-][ \t]*(?P<topic>\S[^\n\r]{2,})$")
_COPY = re.compile(r"(?i)^(?:копия|copy of)\s*[-–—]?\s*|\s*(?:[-–—]\s*(?:копия|copy)|\(\d{1,3}\))+\s*$")
_MEANINGLESS = re.compile(
    r"(?i)^(?:новый |new |microsoft )?"
    r"(?:(?:текстовый )?документ|document|doc|презентация|presentation|лист|книга|скан|scan|img|image|файл|file|untitled|без имени|dsc|photo)?"
    r"(?: microsoft\w*| word| powerpoint| excel)*[\s\d_.-]*$"
)


@dataclass(frozen=True)
class Guess:
    """Codes of closed lists, or empty where nothing is known."""

    title: str = ""
    type: str = ""
    subject: str = ""
    grades: tuple[int, int] | None = None
    topic: str = ""


def guess(name: str, text: str = "", *, kind: str = "", own_subjects: Collection[str] = (), other_names: Sequence[str] = ()) -> Guess:
    """Guess from the leading file's name, the files' text (or none yet), the leading file's kind and the author's own subjects' codes.

    The names of the other files say what the leading one does not.
    """
    plain = _spaced(_without_extension(name))
    # A semicolon, so that a number at one name's end is no grade of the next name's beginning.
    others = "; ".join(_spaced(_without_extension(other)) for other in other_names)
    text = text[:TEXT_LOOKED_AT]
    grades = guess_grades(plain) or guess_grades(others) or guess_grades(text[:HEAD])
    return Guess(
        title=guess_title(name, text),
        type=guess_type(plain, others, kind=kind) or _type_in(text[:HEAD]),
        subject=_fitting(guess_subject(f"{plain}; {others}", text, own_subjects=own_subjects), grades),
        grades=grades,
        topic=guess_topic(text),
    )


def most_telling(names: Sequence[str]) -> int:
    """Place of the file that leads: whose name tells most of subject, grade and type; the first of equals. `names` is not empty."""
    plain = [_spaced(_without_extension(name)) for name in names]
    clues = [sum(map(bool, (guess_subject(name), guess_grades(name), guess_type(name)))) for name in plain]
    return clues.index(max(clues))


def guess_title(name: str, text: str = "") -> str:
    """The file's name as people write it; of a file called «Документ1» the first telling line of its text."""
    title = _COPY.sub("", _spaced(_without_extension(name))).strip(" .,-_")
    if _MEANINGLESS.match(title):
        line = next((line.strip() for line in text[:HEAD].splitlines() if 8 <= len(line.strip()) <= 150), "")
        title = line or title
    title = title or name.strip()
    return (title[:1].upper() + title[1:])[:TITLE_LENGTH]


def guess_grades(text: str) -> tuple[int, int] | None:
    """First and last grade: «8 класс», «7-9 кл», «5 и 6 классы», «8б»; the state exams say their grade themselves."""
    folded = _folded(text)
    if found := _RANGE.search(folded):
        first, last = int(found[1]), int(found[2])
        return (first, last) if first <= last else None
    if found := _LIST.search(folded):
        numbers = [int(found[1]), *map(int, re.findall(r"\d+", found[2]))]
        return min(numbers), max(numbers)
    for pattern in (_SINGLE, _LETTER, _AFTER):
        if found := pattern.search(folded):
            return int(found[1]), int(found[1])
    if re.search(r"\bегэ\b", folded):
        return 11, 11
    return (9, 9) if re.search(r"\bогэ\b", folded) else None


def guess_type(name: str, text: str = "", *, kind: str = "") -> str:
    """Code of the type: the name says most, then the kind of file (slides, video), then the head of the text."""
    if code := _type_in(name):
        return code
    if kind in {"pptx", "odp"}:
        return "slides"
    if kind in {"mp4", "webm"}:
        return "video"
    return _type_in(text[:HEAD])


def guess_subject(name: str, text: str = "", *, own_subjects: Collection[str] = ()) -> str:
    """Code of the subject whose words stand in name and text, the author's own ones preferred. Without evidence: the author's only subject."""
    scores: Counter[str] = Counter()
    for source, weight in ((name, NAME_WEIGHT), (text, 1)):
        for code, hits in _subject_hits(source).items():
            scores[code] += hits * weight
    weighed = {code: score * (OWN_SUBJECT_FACTOR if code in own_subjects else 1) for code, score in scores.items()}
    ranking = sorted(weighed.items(), key=lambda entry: (-entry[1], entry[0]))
    if ranking and ranking[0][1] >= ENOUGH and (len(ranking) == 1 or ranking[0][1] >= CLEARLY * ranking[1][1]):
        return ranking[0][0]
    return next(iter(own_subjects)) if len(own_subjects) == 1 and not ranking else ""


def guess_topic(text: str) -> str:
    """What the text itself calls its topic («Тема урока: …»), else empty."""
    found = _TOPIC.search(text[:HEAD])
    return found["topic"].strip(' .«»"“”\t')[:TOPIC_LENGTH] if found else ""


def _without_extension(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return stem if dot and extension.isalnum() and len(extension) <= 5 else name


def _spaced(stem: str) -> str:
    """Underscores are spaces; so are hyphens of a name that has no other spaces (urok-fizika-8)."""
    spaced = stem.replace("_", " ")
    if " " not in spaced.strip() and spaced.count("-") > 1:
        spaced = spaced.replace("-", " ")
    return " ".join(spaced.split())


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е").replace("\u00a0", " ").replace("_", " ")


def _type_in(text: str) -> str:
    folded = _folded(text)
    return next((code for code, pattern in TYPES if re.search(pattern, folded)), "")


def _fitting(subject: str, grades: tuple[int, int] | None) -> str:
    """Mathematics and reading are called differently in different grades."""
    if grades is None:
        return subject
    first = grades[0]
    if subject == "mathematics" and first >= 7:
        return "calculus" if first >= 10 else "algebra"
    if subject == "algebra" and first != 7 and not 7 <= first <= 9:
        return "calculus" if first >= 10 else "mathematics"
    if subject == "literature" and grades[1] <= 4:
        return "reading"
    return "literature" if subject == "reading" and first >= 5 else subject


def _subject_hits(text: str) -> Counter[str]:
    """Weighted hits of every subject's words; phrases are taken out before single words are counted."""
    hits: Counter[str] = Counter()
    joined = f" {' '.join(stems(text))} "
    phrases, words = _vocabulary()
    for phrase, code, weight in phrases:
        if found := joined.count(f" {phrase} "):
            hits[code] += found * weight
            joined = joined.replace(f" {phrase} ", " ")
    for stem, count in Counter(joined.split()).items():
        for code, weight in words.get(stem, ()):
            hits[code] += min(count, 5) * weight
    return hits


@cache
def _vocabulary() -> tuple[list[tuple[str, str, int]], dict[str, list[tuple[str, int]]]]:
    """Phrases, longest first, and single words, as stems."""
    phrases: list[tuple[str, str, int]] = []
    words: dict[str, list[tuple[str, int]]] = {}
    for code, listed in SUBJECTS.items():
        names = {" ".join(stems(name)) for name in SUBJECT_NAMES.get(code, "").split(";")}
        for stemmed in {" ".join(stems(word)) for word in listed.split(";")} | names - {""}:
            weight = SCHOOL_NAME_WEIGHT if stemmed in names else 2 if " " in stemmed else 1
            if " " in stemmed:
                phrases.append((stemmed, code, weight))
            else:
                words.setdefault(stemmed, []).append((code, weight))
    return sorted(phrases, key=lambda entry: (-len(entry[0]), entry)), words
