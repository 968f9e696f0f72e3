"""Words of a text as stems, so that a search finds every form of a word on every database.

The databases know nothing of Russian: they store and compare the stems made here, which is why SQLite and PostgreSQL give the same hits.
Snowball does most of the work. It cuts some words differently in different cases («материал» → «материа», «материалы» → «материал»);
the steps after it make the forms of such a word meet again, and `word_families` holds what no rule can know.
"""

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

from foundation.text_search.word_families import PARADIGMS, RELATED_WORDS, WHOLE_STEMS

MAX_STEM_LENGTH = 40

# Invisible characters that word processors and PDF files put inside words: soft hyphen, zero-width spaces and joiners, byte-order mark.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# A word as it stands in a text that people read.
WRITTEN_WORD = re.compile(rf"[\w\u0300-\u036f{INVISIBLE}]+")
_NOT_TEXT = {ord(character): None for character in INVISIBLE} | {ord("№"): " "}  # NFKC would turn «№» into the word "No"
_ACCENTS = re.compile("[\u0300-\u036f]+")
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_FOREIGN = re.compile("[^0-9a-zа-я]")
_RUSSIAN = re.compile("[а-я]+")
_ENGLISH = re.compile("[a-z]+")

# Endings that Snowball takes from the dictionary form («диплом», «экзамен», «Иванов») and leaves in the other cases («диплома», «экзаменов», «Иванова»).
_LEFT_ENDING = re.compile("(?<=[а-я]{3})(?:ов|ев|ем|ом|ам|им|ым|ен|ит|ыт|ил|[ео])$|(?<=[а-я]{3}[ая])[лн]$")
# The vowel that comes and goes: «карточек» and «карточка», «рисунок» and «рисунка», «образец» and «образца»; «батареек» and «батарейка».
_FLEETING_VOWEL = re.compile("(?<=[б-джзк-нп-тф-щ])(?:[ое](?=к$)|е(?=ц$))")
_FLEETING_J = re.compile("(?<=[аеиоуыэюя])е(?=к$)")

# PyStemmer's objects must not be used by two threads at once; the lock is taken for words not in the cache only.
_stemmer_lock = threading.Lock()
_russian_stemmer = Stemmer.Stemmer("russian", 0)
_english_stemmer = Stemmer.Stemmer("english", 0)


def words(text: str) -> list[str]:
    """Split a text into runs of letters and runs of digits, folded: lower case, «ё» as «е», no accents, stress marks or soft hyphens, 40 characters at most.

    Never fails; NUL, lone surrogates and punctuation only separate words.
    """
    folded = unicodedata.normalize("NFKD", text.translate(_NOT_TEXT)).casefold()
    folded = unicodedata.normalize("NFKD", folded).replace("и\u0306", "й")
    return [run[:MAX_STEM_LENGTH] for run in _RUNS.findall(_ACCENTS.sub("", folded))]


def stems(text: str) -> list[str]:
    """The stems of a text in its order. Each consists of the characters 0-9, a-z and а-я only and is at most 40 long."""
    return [stem(word) for word in words(text)]


@lru_cache(maxsize=2**16)
def stem(word: str) -> str:
    """The stem of one word as `words` gives it. Letters of other alphabets are kept as their code points: «күп» → «кu4afп»."""
    if _RUSSIAN.fullmatch(word):
        if word in _FORMS:
            return _FORMS[word]
        root = _russian_root(word)
        return _RELATED.get(root, root)
    if _ENGLISH.fullmatch(word):
        with _stemmer_lock:
            return _english_stemmer.stemWord(word)
    return plain_characters(word)


def plain_characters(word: str) -> str:
    """Spell a word in 0-9, a-z and а-я, the only characters that both databases surely take for parts of a word."""
    return _FOREIGN.sub(lambda letter: f"u{ord(letter[0]):x}", word)[:MAX_STEM_LENGTH]


def _russian_root(word: str) -> str:
    if word not in WHOLE_STEMS:
        with _stemmer_lock:
            word = _russian_stemmer.stemWord(word)
    while word not in WHOLE_STEMS:
        shorter = _LEFT_ENDING.sub("", word)
        if shorter == word:
            break
        word = shorter
    return _FLEETING_J.sub("й", _FLEETING_VOWEL.sub("", word)) if len(word) >= 4 else word


_FORMS = {form: stem for stem, forms in PARADIGMS.items() for form in forms.split()}
_RELATED = {_russian_root(word): stem for stem, related in RELATED_WORDS.items() for word in related.split()}
