"""Show the reader where a text answers a query."""

import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from foundation.text_search.query import Query
from foundation.text_search.stems import WRITTEN_WORD, plain_characters, stems, words

# A snippet is looked for in the beginning of a file only: a page shows twenty of them.
SNIPPET_SEARCH = 100_000
_LONGEST_KEPT_WORD = 60


def highlight(text: str, query: Query, *, css_class: str | None = None) -> SafeString:
    """The text, escaped, with words that the query asks for in `<mark>`; neighbours share one: `<mark>закон Ома</mark>`."""
    pieces = []
    end = 0
    for start, stop in _marked_runs(text, query):
        pieces.append((format_html("{}", text[end:start]),))
        pieces.append(
            (format_html('<mark class="{}">{}</mark>', css_class, text[start:stop]) if css_class else format_html("<mark>{}</mark>", text[start:stop]),)
        )
        end = stop
    pieces.append((format_html("{}", text[end:]),))
    return format_html_join("", "{}", pieces)


def snippet(text: str, query: Query, *, around: int = 60, length: int = 240, css_class: str | None = None) -> SafeString:
    """About `length` characters of a long text, highlighted, where most of the query's different words stand together.

    The passage begins `around` characters before its first marked word; an ellipsis shows where text was left out. Without any
    marked word it is the text's beginning.
    """
    text = " ".join(text[:SNIPPET_SEARCH].split())
    start = max(0, _best_passage(text, query, length - around) - around)
    if start:
        space = text.find(" ", start, start + around)
        start = space + 1 if space >= 0 else start
    stop = start + length
    if stop < len(text):
        space = text.rfind(" ", start + length // 2, stop + 1)
        stop = space if space >= 0 else stop
    marked = highlight(text[start:stop], query, css_class=css_class)
    return format_html("{}{}{}", "… " if start else "", marked, " …" if stop < len(text) else "")


def _best_passage(text: str, query: Query, length: int) -> int:
    """Where the first stretch of at most `length` characters with the most different stems of the query begins; 0 without any."""
    best, most = 0, 0
    window: list[tuple[int, frozenset[str]]] = []
    for start, stop, found in _hits(text, query):
        window = [hit for hit in window if stop - hit[0] <= length] + [(start, found)]
        different = len(frozenset().union(*(stems for _, stems in window)))
        if different > most:
            best, most = window[0][0], different
            if different >= len(query.stems):
                break
    return best


def _marked_runs(text: str, query: Query) -> Iterator[tuple[int, int]]:
    run: tuple[int, int] | None = None
    for start, stop, _ in _hits(text, query):
        if run and re.fullmatch(r"[\s-]*", text[run[1] : start]):
            run = (run[0], stop)
            continue
        if run:
            yield run
        run = (start, stop)
    if run:
        yield run


def _hits(text: str, query: Query) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Words of the text that the query asks for: where each begins and ends, and its stems that were asked for."""
    wanted = query.stems
    for word in WRITTEN_WORD.finditer(text):
        written = word[0]
        found = wanted & (_word_stems(written) if len(written) <= _LONGEST_KEPT_WORD else frozenset(stems(written)))
        if not found and query.prefix and any(plain_characters(part).startswith(query.prefix) for part in words(written)):
            found = frozenset([query.prefix])
        if found:
            yield word.start(), word.end(), found


@lru_cache(maxsize=2**16)
def _word_stems(written: str) -> frozenset[str]:
    return frozenset(stems(written))
