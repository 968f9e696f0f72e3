"""Results as a table: read-only, bounded, checked as a whole; what is wrong is said with row and column."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from events.models import Event, Result

MOST_BYTES, MOST_ROWS, MOST_UNPACKED = 5_000_000, 20_000, 60_000_000
CODES, SCORES = ("код", "code", "шифр"), ("балл", "score", "итог", "сумма", "points")


def read_scores(event: Event, data: bytes, *, most: Decimal | None) -> dict[str, Decimal]:
    """code → score of an XLSX or CSV file. ValidationError with every fault: an unknown code, a code twice, no number, above `most`."""
    rows = _rows(data)
    code_at, score_at, rows = _columns(rows)
    known = set(Result.objects.filter(event=event).values_list("code", flat=True))
    found: dict[str, Decimal] = {}
    faults = []
    for number, row in rows:
        code, cell = (str(row[place] or "").strip() if place < len(row) else "" for place in (code_at, score_at))
        if not code and not cell:
            continue
        fault = _fault(code, cell, known, found, most)
        if fault:
            faults.append(_("row %(row)d: %(fault)s") % {"row": number, "fault": fault})
        else:
            found[code] = Decimal(cell.replace(",", "."))
        if len(faults) >= 50:
            break
    if faults:
        raise ValidationError([ValidationError(fault, code="row") for fault in faults])
    if not found:
        raise ValidationError(_("There are no rows under the titles."), code="empty")
    return found


def _fault(code: str, cell: str, known: set[str], found: dict[str, Decimal], most: Decimal | None) -> str:
    if code not in known:
        return _("column “code”: no work of this event has the code “%(code)s”") % {"code": code[:40]}
    if code in found:
        return _("column “code”: “%(code)s” stands above already") % {"code": code[:40]}
    try:
        score = Decimal(cell.replace(",", "."))
    except InvalidOperation:
        return _("column “score”: “%(cell)s” is no number") % {"cell": cell[:40]}
    if not score.is_finite() or score < 0 or score.as_tuple().exponent < -1:  # type: ignore[operator]
        return _("column “score”: “%(cell)s” is no number of points from 0 with at most one decimal") % {"cell": cell[:40]}
    if most is not None and score > most:
        return _("column “score”: %(score)s is more than the maximum of %(most)s") % {"score": score, "most": f"{most.normalize():f}"}
    return _("column “score”: the number is too large") if score > 99999 else ""


def _rows(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The table is larger than 5 MB."), code="large")
    if data[:2] == b"PK":
        return _workbook(data)
    return _text(data)


def _workbook(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED or len(archive.infolist()) > 500:
                raise ValidationError(_("The table is larger than 5 MB."), code="large")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as problem:
        raise ValidationError(_("This is no table (XLSX or CSV)."), code="table") from problem
    sheet = book.worksheets[0]
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=40, max_row=MOST_ROWS), 1):
        yield number, list(row)


def _text(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValidationError(_("This is no table (XLSX or CSV)."), code="table")
    if "\x00" in text:
        raise ValidationError(_("This is no table (XLSX or CSV)."), code="table")
    separator = max(";,\t", key=text[:4000].count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            if number > MOST_ROWS:
                break
            yield number, list(row[:40])
    except csv.Error as problem:
        raise ValidationError(_("This is no table (XLSX or CSV)."), code="table") from problem


def _columns(rows: Iterable[tuple[int, list[Any]]]) -> tuple[int, int, Iterator[tuple[int, list[Any]]]]:
    stream = iter(rows)
    for number, row in stream:
        titles = [str(cell or "").strip().casefold() for cell in row]
        code = next((place for place, title in enumerate(titles) if title.startswith(CODES)), None)
        score = next((place for place, title in enumerate(titles) if title.startswith(SCORES)), None)
        if code is not None and score is not None:
            return code, score, stream
        if number >= 20:
            break
    raise ValidationError(_("No row of titles was found: the columns “code” and “score” are expected."), code="header")
