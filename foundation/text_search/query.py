"""What a person types into a search box, as a condition that both databases understand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from foundation.text_search.document import GUARD, MARK
from foundation.text_search.stems import WRITTEN_WORD, plain_characters, stem, words
from foundation.text_search.word_families import STOP_WORDS

MAX_LENGTH = 200
MAX_TERMS = 12

_PIECES = re.compile(r'"([^"]*)"|«([^»]*)»|„([^“]*)“|“([^”]*)”|([^\s"«„“]+)|\S')


@dataclass(frozen=True)
class Query:
    """All of its phrases must stand in a document; most phrases are one stem long.

    `prefix` is what the typed beginning of a word looks like in an index: it is found beside the last phrase's own stem.
    `guarded` asks for guarded words of the documents, too, and `marks` for one mark of each group (see `document.index_text`).
    """

    phrases: tuple[tuple[str, ...], ...] = ()
    stop_stems: frozenset[str] = frozenset()
    prefix: str = ""
    guarded: bool = False
    marks: tuple[tuple[str, ...], ...] = ()

    def with_guarded(self) -> "Query":
        """The same question, asked by a reader who may find guarded words."""
        return replace(self, guarded=True)

    def marked(self, marks: Iterable[Iterable[str]]) -> "Query":
        """The same question about documents that have at least one mark of each group."""
        return replace(self, marks=tuple(tuple(group) for group in marks))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked. Such a query matches no document; a catalogue shows everything instead of asking it."""
        return not self.phrases and not self.marks

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems worth showing to the reader: all but those of stop words inside a phrase."""
        everything = frozenset(stem for phrase in self.phrases for stem in phrase)
        return everything - self.stop_stems or everything

    def to_fts5(self, column: str) -> str:
        """The query in the language of SQLite's FTS5, bound to one column. Stems hold no character that has a meaning there."""
        terms = [" OR ".join(f'"{" ".join(phrase)}"' for phrase in self._spellings(phrase)) for phrase in self.phrases]
        if self.prefix:
            terms[-1] += "".join(f' OR "{prefix}" *' for (prefix,) in self._spellings((self.prefix,)))
        terms += [" OR ".join(f'"{MARK}{mark}"' for mark in group) for group in self.marks]
        return f'"{column.replace(chr(34), chr(34) * 2)}" : ({" AND ".join(f"({term})" for term in terms)})'

    def to_tsquery(self) -> str:
        """The query in the language of PostgreSQL's `to_tsquery('simple', …)`."""
        terms = [" | ".join(f"({' <-> '.join(phrase)})" for phrase in self._spellings(phrase)) for phrase in self.phrases]
        if self.prefix:
            terms[-1] += "".join(f" | {prefix}:*" for (prefix,) in self._spellings((self.prefix,)))
        terms += [" | ".join(MARK + mark for mark in group) for group in self.marks]
        return " & ".join(f"({term})" for term in terms)

    def _spellings(self, phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
        return [phrase, tuple(GUARD + stem for stem in phrase)] if self.guarded else [phrase]


def parse_query(text: str, *, prefix_last: bool = False) -> Query:
    """Read a query: words in any form, "phrases" in quotation marks; of more than 200 characters or 12 terms only the beginning.

    Stop words («и», «для», "the") count only in a phrase or when there is nothing else. Letters glued to digits («7а», "H2O") are a phrase.
    `prefix_last` lets the last word be the beginning of a longer one, for search while typing. Never fails, whatever the text holds.
    """
    phrases: list[list[str]] = []
    text = text[:MAX_LENGTH]
    for *quoted, plain in _PIECES.findall(text):
        if plain:
            phrases += [words(run) for run in WRITTEN_WORD.findall(plain)]
        else:
            phrases.append(words("".join(quoted)))
    phrases = [phrase for phrase in phrases if phrase]
    telling = [phrase for phrase in phrases if len(phrase) > 1 or phrase[0] not in STOP_WORDS]
    chosen = (telling or phrases)[:MAX_TERMS]
    prefix = ""
    if prefix_last and chosen and chosen[-1] is phrases[-1] and len(chosen[-1]) == 1 and len(chosen[-1][0]) > 1 and text[-1:].isalnum():
        prefix = plain_characters(chosen[-1][0])
    return Query(
        phrases=tuple(tuple(stem(word) for word in phrase[:MAX_TERMS]) for phrase in chosen),
        stop_stems=frozenset(stem(word) for phrase in chosen for word in phrase if word in STOP_WORDS),
        prefix=prefix,
    )
