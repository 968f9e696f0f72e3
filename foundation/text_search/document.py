"""What a database indexes of a document."""

from collections import Counter
from collections.abc import Callable, Sequence

from foundation.text_search.stems import stems

# PostgreSQL's tsvector knows positions up to 16,383, at most 255 of them for one stem, and holds 1 MB in all. SQLite has none of these limits:
# what one database cannot find as a phrase is kept from being a phrase in the other by putting FILLER in between.
POSITIONS = 16_000
POSITIONS_OF_ONE_STEM = 255
TOKENS = 30_000
STEM_BYTES = 800_000

# No word has this stem, since letters and digits are split.
FILLER = "x0"
# Before the stem of a guarded word, and before a mark: nobody can type them either.
GUARD = "x1"
MARK = "x2"


def index_text(
    *parts: str, guarded: Sequence[str] = (), marks: Sequence[str] = (), limit: int = TOKENS, stemmed: Callable[[str], Sequence[str]] = stems
) -> str:
    """The stems of a document's parts (title, annotation, text of its file …), joined by spaces, for a `StemsField`.

    The first 16,000 stems keep their order, so that phrases in them are found; a phrase never spans two parts. Of the rest only stems
    not yet seen are kept, up to `limit` tokens in all: a long book is still found by each of its words, not by its phrases.

    `stemmed` answers what `stems` would, perhaps from memory.

    Words of `guarded` parts stand first and are found by `Query.with_guarded()` alone: what only some readers may find costs no index of its own.
    `marks` (letters a-z and digits) say what a list is narrowed by and are asked by `Query.marked()`: the index then finds the few documents that
    have the words and the marks, where a filter beside it would look at each that has the words.
    """
    tokens: list[str] = [*(MARK + mark for mark in marks), FILLER] if marks else []
    for part in guarded:
        tokens += [*(GUARD + stem for stem in stemmed(part)), FILLER]
    seen: Counter[str] = Counter()
    stem_bytes = 0
    for part in parts:
        for stem in stemmed(part):
            if stem not in seen:
                stem_bytes += len(stem.encode())
                if stem_bytes > STEM_BYTES:
                    return " ".join(tokens)
            if len(tokens) < POSITIONS:
                seen[stem] += 1
                tokens.append(stem if seen[stem] <= POSITIONS_OF_ONE_STEM else FILLER)
            elif stem not in seen:
                seen[stem] += 1
                # Every second token from position 16,002 on is a filler, and so is 16,382: all later ones fall on PostgreSQL's last position, next to it.
                tokens += [FILLER, stem] if len(tokens) > POSITIONS else [FILLER, FILLER, stem]
            if len(tokens) >= limit:
                return " ".join(tokens[:limit])
        if tokens and len(tokens) < POSITIONS:
            tokens.append(FILLER)
    return " ".join(tokens)
