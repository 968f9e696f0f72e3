"""What a search that found nothing probably meant: the other keyboard layout, then slips of the fingers, then one word less.

A correction is offered only when it finds something among what the reader may see: the library's vocabulary knows words of
hidden materials, too, and must not tell them.
"""

import re
from itertools import product
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from communities.models import Teacher
from foundation.text_search import parse_query
from foundation.text_search.layout import other_layout
from foundation.text_search.spelling import allowed_slips, slips
from foundation.text_search.stems import WRITTEN_WORD, stem, words
from foundation.text_search.word_families import STOP_WORDS
from resources.models import Material, VocabularyWord
from resources.search import Asked, matching

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = Teacher | AnonymousUser

RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
# Bounds of the work for one search: words looked at, candidates for each, whole searches tried.
MAX_WORDS = 6
CANDIDATES = 4
ATTEMPTS = 8


def correct(text: str, shelf: QuerySet[Material], reader: "Reader") -> str:
    """A near text that finds something on `shelf`, which is already what the reader may see; empty without any."""
    switched = other_layout(text)
    if switched and _finds(switched, shelf, reader):
        return switched
    for written in filter(None, (text, switched)):
        respelt = _respell(written, shelf, reader)
        if respelt:
            return respelt
    return ""


def shorten(text: str, shelf: QuerySet[Material], reader: "Reader") -> str:
    """The text without one of its words, such that a title holds the others, or at least something is found; empty without any.

    For a text that cannot be corrected: it stays a search that found nothing, but its reader sees what comes near.
    """
    written = [text, *(switched for switched in [other_layout(text)] if RUSSIAN.search(switched))]
    return next(filter(None, (_shortened(one, shelf, reader) for one in written)), "")


def _shortened(text: str, shelf: QuerySet[Material], reader: "Reader") -> str:
    places = [place for place in WRITTEN_WORD.finditer(text) if "".join(words(place[0])) not in STOP_WORDS]
    if not 1 < len(places) <= MAX_WORDS:
        return ""
    left = [" ".join((text[: place.start()] + text[place.end() :]).split()) for place in places]
    for shorter in left:
        title = Asked(parse_query(shorter), "title")
        if not title.query.is_empty and title.of(shelf).exists():
            return shorter
    return next((shorter for shorter in left if _finds(shorter, shelf, reader)), "")


def _finds(text: str, shelf: QuerySet[Material], reader: "Reader") -> bool:
    query = parse_query(text)
    return not query.is_empty and matching(shelf, query, reader).exists()


def _respell(text: str, shelf: QuerySet[Material], reader: "Reader") -> str:
    """Words that find nothing alone are replaced by near ones; the nearest whole text that finds something wins."""
    places = list(WRITTEN_WORD.finditer(text))
    if not 0 < len(places) <= MAX_WORDS:
        return ""
    wrong = []
    for place in places:
        word = "".join(words(place[0]))
        if word in STOP_WORDS or _finds(place[0], shelf, reader):
            continue
        near = _near(word)
        if not near:
            return ""
        wrong.append((place, near))
    choices = sorted(product(*(near for _place, near in wrong)), key=lambda choice: sum(cost for cost, _word in choice)) if wrong else []
    for choice in choices[:ATTEMPTS]:
        written, end = [], 0
        for (place, _near_words), (_cost, word) in zip(wrong, choice, strict=True):
            written += [text[end : place.start()], word]
            end = place.end()
        respelt = "".join([*written, text[end:]])
        if _finds(respelt, shelf, reader):
            return respelt
    return ""


def _near(word: str) -> list[tuple[int, str]]:
    """Words of the library that are few slips away, with how many: nearest first, then the commonest."""
    most = allowed_slips(word)
    if not most or word.isdigit():
        return []
    root = stem(word)
    alike = VocabularyWord.objects.filter(Q(head=root[:2]) | Q(tail=root[-2:]), length__range=(len(root) - most, len(root) + most))
    found = []
    for known, written, count in alike.values_list("stem", "word", "count").iterator():
        distance = slips(root, known, most)
        if 0 < distance <= most:
            found.append((distance, -count, _inflected(word, known) or written))
    return [(distance, written) for distance, _count, written in sorted(found)[:CANDIDATES]]


def _inflected(word: str, known: str) -> str:
    """The known stem with the ending that was typed: «физеке» becomes «физике»; empty where that is no form of it."""
    ending = word[len(known) :] if len(word) >= len(known) else ""
    return known + ending if stem(known + ending) == known else ""
