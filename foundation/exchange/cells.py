"""One cell: text in, value out, and back. Every parser raises `CellError` and nothing else, whatever the text."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.text_search.folding import fold

Parser = Callable[[str], Any]

ID_LENGTH = 64
EMAIL_LENGTH = 254
FIRST_YEAR, LAST_YEAR = 1900, 2100
# How much of a wrong value an error quotes, and how many of the expected ones it lists.
QUOTED, LISTED = 40, 8
YES, NO = frozenset({"yes", "да", "1", "true"}), frozenset({"no", "нет", "0", "false"})

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,30})?", re.ASCII)
# A code; the other words of a closed list are the names of its entries in the portal's languages.
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_EDGES = " \t\r\n\f\v"
# A spreadsheet would run what begins so as a formula; the apostrophe makes it text, and more apostrophes keep the way back exact.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r]")
_BAR = re.compile(r"(?<!\\)\|")


class CellError(ValueError):
    """What is wrong with a cell and what was expected, in the reader's language."""


# --- text as it stands in a table -----------------------------------------------------------------------------------


def protect(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    return "'" + text if _DANGEROUS.match(text) else text


def unprotect(text: str) -> str:
    """The text that `protect` was given."""
    return text[1:] if _PROTECTED.match(text) else text


def is_strange(sign: str) -> bool:
    """Control characters, lone surrogates and non-characters: nothing a table holds, and XML cannot."""
    return sign not in "\t\n" and (unicodedata.category(sign) in {"Cc", "Cs"} or sign in "\ufffe\uffff")


def tidy(text: str, *, lines: bool = False) -> str:
    """The form that an export writes and an import keeps: no blanks at the ends; on one line, or with plain line ends."""
    if lines:
        return text.replace("\r\n", "\n").replace("\r", "\n").strip(_EDGES)
    return _BLANKS.sub(" ", text).strip(" ")


def without_strange(text: str) -> str:
    """`text` without what an import would refuse; fast for the usual case."""
    if text.isprintable():
        return text
    return "".join(sign for sign in text.replace("\r", "\n") if not is_strange(sign))


def quote(text: str) -> str:
    """A value as an error shows it: short, on one line, printable."""
    shown = "".join(sign if sign.isprintable() or sign == "\u00a0" else "�" for sign in text[: QUOTED + 1])
    return shown if len(shown) <= QUOTED else shown[:QUOTED] + "…"


def join_list(items: Iterable[str]) -> str:
    """A list as one cell."""
    return "|".join(item.replace("|", r"\|") for item in items)


def split_list(text: str) -> list[str]:
    """The items of a list's cell; empty ones are dropped, a repeated one counts once."""
    items = (tidy(part).replace(r"\|", "|") for part in _BAR.split(text))
    return list(dict.fromkeys(item for item in items if item))


# --- parsers ----------------------------------------------------------------------------------------------------------


def text(length: int | None, *, lines: bool = False) -> Parser:
    """Text of at most `length` characters; on one line unless `lines`."""

    def parse(cell: str) -> str:
        if any(is_strange(sign) for sign in cell if not sign.isprintable()):
            raise CellError(_("“%(value)s” holds control characters; expected plain text") % {"value": quote(cell)})
        value = tidy(cell, lines=lines)
        if length is not None and len(value) > length:
            raise CellError(
                _("“%(value)s” has %(count)s characters; expected at most %(limit)s") % {"value": quote(value), "count": len(value), "limit": length}
            )
        return value

    return parse


def text_of(model: type[models.Model], field: str) -> Parser:
    """Text as long as the model's field takes it; several lines for a TextField."""
    found = model._meta.get_field(field)
    return text(found.max_length, lines=isinstance(found, models.TextField))  # type: ignore[union-attr]


def parse_id(cell: str) -> str:
    """The sender's own key."""
    value = text(ID_LENGTH)(cell)
    if value.endswith("\\"):
        raise CellError(_("“%(value)s” ends with a backslash; expected an id of letters, digits and signs") % {"value": quote(value)})
    return value


def parse_date(cell: str) -> datetime.date:
    """YYYY-MM-DD or DD.MM.YYYY, between 1900 and 2100."""
    value = tidy(cell)
    try:
        if found := _ISO.fullmatch(value):
            year, month, day = map(int, found.groups())
        elif found := _DOTTED.fullmatch(value):
            day, month, year = map(int, found.groups())
        else:
            raise ValueError(value)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(value)
        return datetime.date(year, month, day)
    except ValueError as error:
        raise CellError(_("“%(value)s” is not a date; expected YYYY-MM-DD or DD.MM.YYYY") % {"value": quote(cell)}) from error


def parse_yes_no(cell: str) -> bool:
    """yes, no, да, нет, 1 or 0."""
    value = tidy(cell).casefold()
    if value not in YES | NO:
        raise CellError(_("“%(value)s” is neither yes nor no; expected yes, no, да, нет, 1 or 0") % {"value": quote(cell)})
    return value in YES


def decimal(low: int, high: int, places: int) -> Parser:
    """A number from `low` to `high`, with a point or a comma, rounded to `places` decimal places."""

    def parse(cell: str) -> Decimal:
        value = tidy(cell)
        if _NUMBER.fullmatch(value):
            number = Decimal(value.replace(",", "."))
            if low <= number <= high:
                return round(number, places) + 0  # no minus before a zero
        raise CellError(_("“%(value)s” does not fit; expected a number from %(low)s to %(high)s") % {"value": quote(cell), "low": low, "high": high})

    return parse


def parse_email(cell: str) -> str:
    """An address, in lower case."""
    value = text(EMAIL_LENGTH)(cell).lower()
    try:
        validate_email(value)
    except ValidationError as error:
        raise CellError(_("“%(value)s” is not an e-mail address; expected name@example.org") % {"value": quote(cell)}) from error
    return value


def url(length: int | None) -> Parser:
    """The address of a web page, http or https."""
    validate = URLValidator(schemes=["http", "https"])

    def parse(cell: str) -> str:
        value = text(length)(cell)
        try:
            validate(value)
        except ValidationError as error:
            raise CellError(_("“%(value)s” is not a web address; expected https://example.org") % {"value": quote(cell)}) from error
        return value

    return parse


def in_words(names: Mapping[str, Any]) -> str:
    """«физика (physics), химия (chemistry) и ещё 31»: what a cell may hold, as names in the reader's language with the codes beside, a few of them."""
    named = [f"{name} ({code})" if str(name) != code else code for code, name in names.items()]
    shown, rest = ", ".join(named[:LISTED]), len(named) - LISTED
    return _("%(shown)s and %(number)s more") % {"shown": shown, "number": rest} if rest > 0 else shown


def one_of(words: Callable[[], Mapping[str, Any]], names: Callable[[], Mapping[str, Any]]) -> Parser:
    """One entry of a closed list. `words()` maps the codes (first) and every other accepted word to the value; asked once, at the first cell.

    `names()` says a code for people, in whatever language a message is written in; asked when there is a message.
    """
    known: dict[str, Any] = {}

    def parse(cell: str) -> Any:
        if not known:
            for word, value in words().items():
                known.setdefault(word, value)
                known.setdefault(fold(word), value)
        value = tidy(cell)
        for key in (value, fold(value)):
            if key in known:
                return known[key]
        raise CellError(_("“%(value)s” is not on the list; expected one of: %(expected)s") % {"value": quote(cell), "expected": in_words(names())})

    return parse


def choices(of: type[models.TextChoices], **more: str) -> Parser:
    """A code of `of`, its label in either language, or one of the words `more` (word=code)."""

    def words() -> dict[str, str]:
        listed = {choice.value: choice.value for choice in of}
        for language in ("ru", "en"):
            with translation.override(language):
                listed |= {str(choice.label): choice.value for choice in of if str(choice.label) not in listed}
        return listed | more

    return one_of(words, lambda: {choice.value: choice.label for choice in of})


def each(parse: Parser) -> Parser:
    """A list, each item read by `parse`."""
    return lambda cell: list(dict.fromkeys(parse(item) for item in split_list(cell)))
