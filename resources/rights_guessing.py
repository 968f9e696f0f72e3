"""Is a text a scan of a textbook or a closed exam paper? Pure functions, no database; a person decides.

A bibliography names publishers and ISBNs, too: only the imprint of a book (several of its signs close to an ISBN) counts. Published
demonstration papers of the exams are free; only a text that itself forbids its spreading counts.
"""

import re
from dataclasses import dataclass
from itertools import islice

# Characters looked at, around an ISBN, and of the evidence.
LOOKED_AT = 300_000
AROUND = 1_500
EVIDENCE = 160
# A book has a few; a longer list of them is a bibliography.
ISBNS = 20
# Signs of an imprint beside the ISBN that make it one.
ENOUGH_SIGNS = 2

_ISBN = re.compile(r"\bisbn(?:-1[03])?[\s:№]{0,3}(?:97[89][-–\s]?)?\d(?:[-–\s]?\d){8}[-–\s]?[\dxх]\b")
_IMPRINT = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bудк\s{0,3}\d",
        r"\bббк\s{0,3}\d",
        r"подписан[оа] (?:в|к) печат",
        r"\bтираж\s{0,3}\d",
        r"все права защищены|никакая часть (?:данной|этой|настоящей) (?:книги|публикации)",
        r"\bформат\s{0,3}\d\d\s?[xх×*]\s?\d\d",
        r"(?:рекомендован|допущен)о? министерством (?:просвещения|образования)",
        r"(?:ао|ооо|изд(?:ательство|-во)\.?)\s{0,3}[«\"„]?"
        r"(?:просвещение|дрофа|бином|вентана|мнемозина|русское слово|экзамен|легион|академкнига|ювента|баласс|титул)",
        r"отпечатано (?:в|с)\b",
    )
)
_EXAM = r"(?:\bким(?:ы|ов|ам|ах)?\b|контрольн\w{2,4} измерительн\w{2,4} материал|экзаменационн\w{2,4} материал)"
_FORBIDS = (
    r"(?:не подлеж[аи]т разглашени|информаци\w{1,3} ограниченного доступа|для служебного пользования|"
    r"запрещ(?:ено|ается) (?:копирова|распростран|фотографир|вынос|разглаша)|строго конфиденциальн)"
)
_CLOSED = re.compile(rf"{_EXAM}.{{0,300}}?{_FORBIDS}|{_FORBIDS}.{{0,300}}?{_EXAM}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TextGuess:
    """`finding` is "scan" or "exam"; `evidence` is what in the text gave rise to it."""

    finding: str
    evidence: str


def guess_rights(text: str) -> list[TextGuess]:
    """At most one guess of each kind."""
    text = text[:LOOKED_AT]
    folded = text.lower().replace("ё", "е").replace("\u00a0", " ")
    guesses = [("scan", _imprint(folded)), ("exam", _CLOSED.search(folded))]
    return [TextGuess(finding, _evidence(text, found)) for finding, found in guesses if found]


def _imprint(folded: str) -> re.Match[str] | None:
    for isbn in islice(_ISBN.finditer(folded), ISBNS):
        near = folded[max(0, isbn.start() - AROUND) : isbn.end() + AROUND]
        if sum(1 for sign in _IMPRINT if sign.search(near)) >= ENOUGH_SIGNS:
            return isbn
    return None


def _evidence(text: str, found: re.Match[str]) -> str:
    return " ".join(text[found.start() : found.end() + EVIDENCE].split())[:EVIDENCE]
