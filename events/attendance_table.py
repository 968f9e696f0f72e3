"""The table that an online room writes: who was there and for how many minutes. Read within bounds; nothing is written here."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communities.models import Teacher

MOST_BYTES, MOST_ROWS, MOST_CELLS = 2_000_000, 5_000, 40
# Beginnings of the columns' titles, as usual rooms write them; the first column that begins so is taken.
NAMES = ("имя", "фио", "ф.и.о", "участник", "name", "full name", "participant", "display name", "пользователь")
MAILS = ("email", "e-mail", "user email", "почта", "электронная почта", "адрес электронной")
MINUTES = ("duration", "total duration", "in-meeting duration", "длительность", "продолжительность", "минут", "minutes", "время в конференции", "время участия")
_CLOCK = re.compile(r"^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})$")
_WORDS = re.compile(r"(?:(\d+)\s*(?:ч|h)\w*\.?)?\s*(?:(\d+)\s*(?:м|min|m)\w*\.?)?\s*(?:(\d+)\s*(?:с|s)\w*\.?)?")


@dataclass
class Line:
    """A row of the table: what it says, and whom it means."""

    number: int
    name: str
    email: str
    minutes: int
    teacher: Teacher | None = None


@dataclass
class Reading:
    """Found people with all their minutes, and rows that nobody is known for."""

    minutes: dict[int, int] = field(default_factory=dict)
    people: dict[int, Teacher] = field(default_factory=dict)
    unknown: list[Line] = field(default_factory=list)


def read_table(data: bytes) -> list[Line]:
    """The rows of a CSV file. ValidationError with the row where it cannot be read, and when a needed column is missing."""
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The table is larger than 2 MB."), code="large")
    text = _decode(data)
    rows = [[cell.strip() for cell in row[:MOST_CELLS]] for row in _rows(text)]
    start, columns = _header(rows)
    lines = []
    for number, row in enumerate(rows[start:], start + 1):
        cells = {key: row[place] if place < len(row) else "" for key, place in columns.items()}
        if not any(cells.values()):
            continue
        minutes = parse_minutes(cells.get("minutes", ""))
        if minutes is None:
            raise ValidationError(_("Row %(row)d: “%(cell)s” is no number of minutes.") % {"row": number, "cell": cells["minutes"][:40]}, code="minutes")
        lines.append(Line(number, cells.get("name", "")[:200], cells.get("email", "").lower()[:254], minutes))
    if not lines:
        raise ValidationError(_("There are no rows under the titles."), code="empty")
    return lines


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("This is no text table (CSV)."), code="text")


def _rows(text: str) -> list[list[str]]:
    if "\x00" in text:
        raise ValidationError(_("This is no text table (CSV)."), code="text")
    head = text[:4000]
    separator = max(";,\t", key=head.count)
    try:
        rows = []
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise ValidationError(_("The table has more than %(limit)d rows.") % {"limit": MOST_ROWS}, code="rows")
    except csv.Error as problem:
        raise ValidationError(_("This is no text table (CSV)."), code="text") from problem
    return rows


def _header(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    """The row of titles: rooms write a few lines about the meeting above it."""
    for number, row in enumerate(rows[:20]):
        columns: dict[str, int] = {}
        for place, title in enumerate(row):
            folded = title.casefold().lstrip("\ufeff")
            for key, beginnings in (("email", MAILS), ("minutes", MINUTES), ("name", NAMES)):
                if folded.startswith(beginnings):
                    columns.setdefault(key, place)
                    break
        if "minutes" in columns and ("name" in columns or "email" in columns):
            return number + 1, columns
    raise ValidationError(_("No row of titles was found: a column with the name or the e-mail and one with the minutes are expected."), code="header")


def parse_minutes(text: str) -> int | None:
    """Whole minutes of «45», «45,5», «1:05:00», «0:45», «1 ч 5 мин»; None for anything else. A started minute is not counted."""
    text = text.casefold().replace("\xa0", " ").strip()
    clock = _CLOCK.match(text)
    if clock:
        hours, first, last = clock.groups()
        # Two numbers are hours and minutes, as rooms write them; three have seconds, too.
        return int(hours) * 60 + int(first) if hours is not None else int(first) * 60 + int(last)
    number = re.fullmatch(r"(\d{1,5})(?:[.,]\d+)?", text)
    if number:
        return int(number.group(1))
    words = _WORDS.fullmatch(text)
    if text and words and any(words.groups()):
        hours, minutes, _seconds = (int(part or 0) for part in words.groups())
        return hours * 60 + minutes
    return None


def match_people(lines: Iterable[Line], candidates: Iterable[Teacher]) -> Reading:
    """Whom the rows mean: by e-mail, else by surname and first name among the candidates where only one bears them. Several rows of one are added up."""
    by_mail: dict[str, Teacher] = {}
    by_name: dict[frozenset[str], list[Teacher]] = {}
    for person in candidates:
        if person.email:
            by_mail[person.email.lower()] = person
        by_name.setdefault(_name_key(f"{person.last_name} {person.first_name}"), []).append(person)
    found = Reading()
    for line in lines:
        named = by_name.get(_name_key(line.name), [])
        line.teacher = by_mail.get(line.email) or (named[0] if len(named) == 1 else None)
        if line.teacher is None:
            found.unknown.append(line)
            continue
        found.people[line.teacher.pk] = line.teacher
        found.minutes[line.teacher.pk] = found.minutes.get(line.teacher.pk, 0) + line.minutes
    return found


def _name_key(name: str) -> frozenset[str]:
    """Surname and first name in any order; a patronymic that the table adds does not matter, nor «ё»."""
    words = [word for word in re.split(r"[\s.,()]+", name.casefold().replace("ё", "е")) if word and not word.endswith(("вич", "вна", "ична", "инична"))]
    return frozenset(words[:3])
