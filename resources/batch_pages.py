"""What the pages of a batch show: every string worked out, a fixed number of queries however many lines there are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from communities.models import Subject, Teacher
from foundation.files.kinds import BY_EXTENSION
from foundation.templatetags.portal import grades as grades_in_words
from resources.actions.batch import received_bytes
from resources.actions.material_file import used_bytes
from resources.duplicates import known_files
from resources.models import Batch, BatchFile, BatchLine, Material, MaterialType
from resources.models.batch import LineState, Stage
from resources.quotas import shelf_free

PAGE, LISTED = 50, 30
# How often the page of a batch that is being worked on asks by itself, three seconds apart at first, then less and less often.
LOOKS = 12
KINDS = {LineState.READY: "ok", LineState.MADE: "ok", LineState.BROKEN: "bad", LineState.DROPPED: "", LineState.WAITING: "", LineState.QUEUED: "info"}
ICONS = {
    LineState.READY: "check",
    LineState.MADE: "check",
    LineState.BROKEN: "alert",
    LineState.DROPPED: "x",
    LineState.WAITING: "clock",
    LineState.QUEUED: "clock",
}


@dataclass(slots=True)
class SourceRow:
    """A file as it was sent; of one that broke off, how much has come."""

    file: BatchFile
    received: int

    @property
    def is_whole(self) -> bool:
        return self.file.stored_name is not None

    @property
    def badge(self) -> str:
        """For the sheet with letters."""
        kind = BY_EXTENSION.get(self.file.extension)
        return kind.badge if kind else ""


@dataclass(slots=True)
class LineRow:
    """A line: what it will be or is, what of it is guessed, what is wrong or worth knowing."""

    line: BatchLine
    title: str
    said: list[str]
    guessed: list[str]
    notes: list[str]
    same: list[Material] = field(default_factory=list)

    @property
    def badge(self) -> str:
        """For the sheet with letters: of the first file."""
        kind = BY_EXTENSION.get(self.line.names[0].rpartition(".")[2].lower()) if self.line.names else None
        return kind.badge if kind else ""

    @property
    def kind(self) -> str:
        """Colour of the state's tag."""
        return KINDS[LineState(self.line.state)]

    @property
    def icon(self) -> str:
        """Sign of the state's tag."""
        return ICONS[LineState(self.line.state)]

    @property
    def may_change(self) -> bool:
        """Whether a person may put it right or leave it out now."""
        return self.line.state in (LineState.READY, LineState.BROKEN)


def source_rows(batch: Batch) -> list[SourceRow]:
    """The files of a batch in the order in which they came. One query."""
    return [SourceRow(file, received_bytes(file)) for file in batch.files.filter(line=None)]


def own_batches(teacher: Teacher) -> list[Batch]:
    """A person's batches with how many lines they have and drafts they made; unfinished first. One query."""
    counts = {"line_count": Count("lines"), "made_count": Count("lines", filter=Q(lines__state=LineState.MADE)), "broken_count": _broken()}
    batches = Batch.objects.visible_to(teacher).select_related("library__community", "library__school").annotate(**counts)
    return sorted(batches.order_by("-created_at")[:LISTED], key=lambda batch: batch.stage == Stage.DONE)


def unfinished_batches(teacher: Teacher) -> list[Batch]:
    """Those that wait for the person or for the portal. One query."""
    return [batch for batch in own_batches(teacher) if batch.stage != Stage.DONE]


def _broken() -> Count:
    return Count("lines", filter=Q(lines__state=LineState.BROKEN))


def batch_page(batch: Batch, reader: Teacher, asked: Mapping[str, str]) -> dict[str, Any]:
    """Context of the page of a batch that is checked, made or finished. All lines are read once with their files alone: a batch has a bounded number."""
    every = list(batch.lines.order_by("order").values_list("state", "files"))
    counts = Counter(state for state, _files in every)
    state = asked.get("state", "")
    lines = batch.lines.filter(state=state) if state in LineState.values else batch.lines.all()
    paginator = Paginator(lines.select_related("material"), PAGE)
    paginator.count = counts[state] if state in LineState.values else len(every)
    page = paginator.get_page(asked.get("page"))
    working = counts[LineState.WAITING] + counts[LineState.QUEUED]
    look = int(asked["look"]) if asked.get("look", "").isdecimal() and len(asked["look"]) < 4 else 0
    twice = Counter(entry["sha256"] for _state, files in every for entry in files if entry.get("sha256"))
    takes = sum(entry["size"] for state, files in every if state == LineState.READY for entry in files)
    return {
        "batch": batch,
        "page": page,
        "rows": _rows(list(page), twice, reader),
        "counts": {name.lower(): counts[value] for name, value in zip(LineState.names, LineState.values, strict=True)},
        "states": [{"code": code, "text": text, "count": counts[code], "chosen": code == state} for code, text in LineState.choices if counts[code]],
        "state": state,
        "total": len(every),
        "done": len(every) - working,
        "is_reading": batch.stage == Stage.CHECKING and not every,
        "room": _room(batch, reader, takes) if batch.stage == Stage.CHECKED and takes else None,
        "next_look": look + 1 if batch.is_working and look < LOOKS else None,
        "delay": f"load delay:{3 + look}s",
    }


def _room(batch: Batch, reader: Teacher, takes: int) -> dict[str, int | None]:
    """Bytes that the ready lines take, and what is free: the person's and the library's. At most three queries."""
    own = max(0, settings.TEACHER_QUOTA_BYTES - used_bytes(reader))
    shelf = shelf_free(batch.library) if batch.library else None
    return {"takes": takes, "own": own, "shelf": shelf, "is_enough": int(takes <= own and (shelf is None or takes <= shelf))}


def _rows(lines: list[BatchLine], twice: Mapping[str, int], reader: Teacher) -> list[LineRow]:
    digests = {entry["sha256"] for line in lines for entry in line.files if entry.get("sha256") and line.state != LineState.MADE}
    known = known_files(digests, reader) if digests else {}
    names = _Names(lines)
    return [LineRow(line, names.title(line), names.said(line), names.guessed(line), _notes(line, twice), _same(line, known)) for line in lines]


def _notes(line: BatchLine, twice: Mapping[str, int]) -> list[str]:
    """What is worth knowing of a line; one that is made has said all it had to say."""
    if line.state == LineState.MADE:
        return []
    again = any(twice[entry["sha256"]] > 1 for entry in line.files if entry.get("sha256"))
    return [*line.notes, *([_("The very same file stands in another line of this batch.")] if again else [])]


def _same(line: BatchLine, known: Mapping[str, list[Material]]) -> list[Material]:
    """Materials with a file of just these bytes."""
    if line.state == LineState.MADE:
        return []
    found = {material.pk: material for entry in line.files for material in known.get(entry.get("sha256", ""), [])}
    return list(found.values())


class _Names:
    """Entries of the closed lists in words. Two queries."""

    def __init__(self, lines: list[BatchLine]) -> None:
        self._lists: dict[str, dict[Any, str]] = {}
        for name, model in (("subject", Subject), ("type", MaterialType)):
            wanted = {line.values.get(name) for line in lines} - {None}
            codes = {line.guessed.get(name) for line in lines} - {None}
            entries = model.objects.filter(Q(pk__in=wanted) | Q(code__in=codes)) if wanted | codes else ()
            self._lists[name] = {key: str(entry) for entry in entries for key in (entry.pk, entry.code)}

    def title(self, line: BatchLine) -> str:
        """The draft's own, what was said, what is guessed, or the file's name."""
        if line.material is not None:
            return line.material.title
        said = line.values.get("title") or line.guessed.get("title")
        return str(said or (PurePosixPath(line.names[0]).name if line.names else _("a line without a file")))

    def said(self, line: BatchLine) -> list[str]:
        """What the row or its teacher says."""
        return self._words(line.values)

    def guessed(self, line: BatchLine) -> list[str]:
        """What is only guessed yet."""
        words = self._words(line.guessed)
        return [_("title"), *words] if line.guessed.get("title") and not line.values.get("title") else words

    def _words(self, values: Mapping[str, Any]) -> list[str]:
        words = [self._lists[name].get(values[name], "") for name in ("type", "subject") if values.get(name)]
        if values.get("grades"):
            words.append(grades_in_words(*values["grades"]))
        return [word for word in words if word]
