"""A material as a row of a list: every string worked out once, so that the template only prints."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.access import author_name, may_see_name
from communities.models import Teacher
from foundation.files.human import human_size, transfer_time
from foundation.files.text_marks import without_marks
from foundation.templatetags.portal import grades, short_name
from foundation.text_search import Query, highlight, snippet
from foundation.text_search.stems import stems
from resources.models import Authorship, Material, MaterialFile, Review
from resources.models.material import Status
from resources.models.review import Decision

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Viewer = Teacher | AnonymousUser

# Characters of an annotation or a passage that two lines of a row can hold, with some to spare.
TEXT_LENGTH = 240
# How far into a file a row looks for the words of a search, and how much around the first of them the snippet is made of.
FILE_SEARCH, BEFORE, AFTER = 100_000, 200, 1200
NAMED_AUTHORS = 2
AUTHOR_FIELDS = ("pk", "last_name", "first_name", "middle_name", "publishes_name", "erased_at", "school__short_name")
LINE_FIELDS = (
    *("title", "slug", "annotation", "grade_from", "grade_to", "duration_minutes", "licence", "status", "best_practice_reason", "size", "main_kind"),
    *("reuse_count", "type__name_ru", "type__name_en"),
)
NOTHING_ASKED = Query()


class Author(NamedTuple):
    """An author in a line: on a page of twenty rows Django's models take longer to make than all queries together."""

    pk: int
    last_name: str
    first_name: str
    middle_name: str
    publishes_name: bool
    erased_at: datetime.datetime | None
    school: str | None


@dataclass(slots=True)
class MaterialRow:
    """What `materials/_rows.html` prints. `text` may be a passage of a file: then `from_file` says so."""

    pk: int
    url: str
    title: str
    text: str
    from_file: bool
    kind: str
    meta: list[str]
    proof: str
    is_recommended: bool
    is_best: bool
    is_in_review: bool


def recommended() -> Exists:
    """Whether a review accepted the material."""
    return Exists(Review.objects.filter(material=OuterRef("pk"), decision=Decision.ACCEPTED))


def present(materials: QuerySet[Material], viewer: "Viewer") -> list[MaterialRow]:
    """The rows of these materials. Two queries for any number of them.

    `materials` came through `visible_to(viewer)`; names are those that the viewer may read.
    """
    found = list(_with_lines(materials))
    authors = _authors([material.pk for material in found])
    return [_row(material, authors.get(material.pk, []), viewer, NOTHING_ASKED, None) for material in found]


def present_ids(ids: Sequence[int], viewer: "Viewer", query: Query) -> list[MaterialRow]:
    """The rows of these materials in this order, found words marked. Two queries, one more when a search is shown.

    `ids` were read through `visible_to(viewer)`: the database sorts thousands of keys, not thousands of annotations.
    """
    by_id = {material.pk: material for material in _with_lines(Material.objects.filter(pk__in=ids))} if ids else {}
    found = [by_id[pk] for pk in ids if pk in by_id]
    passages = _passages(found, query) if not query.is_empty else {}
    authors = _authors(ids)
    return [_row(material, authors.get(material.pk, []), viewer, query, passages.get(material.pk)) for material in found]


def _with_lines(materials: QuerySet[Material]) -> QuerySet[Material]:
    return materials.select_related("type").only(*LINE_FIELDS).annotate(is_recommended=recommended())


def _authors(ids: Sequence[int]) -> dict[int, list[Author]]:
    """Material → its authors in order."""
    authors: dict[int, list[Author]] = {}
    fields = ("material_id", *(f"teacher__{name}" for name in AUTHOR_FIELDS))
    for material_id, *columns in Authorship.objects.filter(material__in=ids).order_by("order", "id").values_list(*fields) if ids else ():
        authors.setdefault(material_id, []).append(Author._make(columns))
    return authors


def _row(material: Material, authors: Sequence[Author], viewer: "Viewer", query: Query, passage: SafeString | None) -> MaterialRow:
    searched = not query.is_empty
    text: str = passage or material.annotation
    if passage is None and len(text) > TEXT_LENGTH:
        text = snippet(text, query, length=TEXT_LENGTH) if searched else Truncator(text).chars(TEXT_LENGTH)
    elif passage is None and searched:
        text = highlight(text, query)
    return MaterialRow(
        pk=material.pk,
        url=material.get_absolute_url(),
        title=highlight(material.title, query) if searched else material.title,
        text=text,
        from_file=passage is not None,
        kind=material.main_kind,
        meta=_meta(material, line_of(authors, viewer)),
        proof=_proof(material),
        is_recommended=material.is_recommended,  # type: ignore[attr-defined]
        is_best=bool(material.best_practice_reason),
        is_in_review=material.status == Status.REVIEW,
    )


def _meta(material: Material, authors: str) -> list[str]:
    parts = [
        grades(material.grade_from, material.grade_to),
        str(material.type) if material.type else "",
        minutes(material.duration_minutes),
        authors,
        size_and_time(material.size),
    ]
    return [part for part in parts if part]


def _proof(material: Material) -> str:
    lessons = ngettext("%(count)s lesson", "%(count)s lessons", material.reuse_count) % {"count": material.reuse_count} if material.reuse_count else ""
    licence = material.licence_short or str(material.get_licence_display())  # type: ignore[attr-defined]
    return " · ".join(part for part in (lessons, licence) if part)


def minutes(duration: int | None) -> str:
    """«40 мин», or nothing."""
    return _("%(number)s\u00a0min") % {"number": duration} if duration else ""


def size_and_time(size: int) -> str:
    """«1,1 МБ ≈ 9 с»: bytes and what they take at 1 Mbit/s; nothing for a material without files."""
    return f"{human_size(size)} ≈\u00a0{transfer_time(size)}" if size else ""


def authors_line(material: Material, viewer: "Viewer") -> str:
    """The line of the prefetched authors."""
    return line_of([authorship.teacher for authorship in material.authorships.all()], viewer)


def line_of(authors: Sequence[Author | Teacher], viewer: "Viewer") -> str:
    """«И. П. Кравцов, Лицей № 7»; the school of a hidden author is hidden too, since it may name the person."""
    names = [_author(author, viewer) for author in authors[:NAMED_AUTHORS]]
    more = len(authors) - NAMED_AUTHORS
    if more > 0:
        names.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    return "; ".join(dict.fromkeys(names))


def _author(author: Author | Teacher, viewer: "Viewer") -> str:
    if not may_see_name(author, viewer):
        return author_name(author, viewer)
    return ", ".join(filter(None, [short_name(author), str(author.school or "")]))


def _passages(materials: Iterable[Material], query: Query) -> dict[int, SafeString]:
    """Passages of the files of those materials whose title and annotation do not hold all words of the query."""
    missing = {}
    for material in materials:
        lacking = query.stems.difference(stems(material.title), stems(material.annotation))
        if lacking:
            missing[material.pk] = lacking
    if not missing:
        return {}
    files = (
        MaterialFile.objects.filter(version__material_id__in=missing)
        .current()  # type: ignore[attr-defined]
        .order_by("version__material_id", "order", "id")
        .values_list("version__material_id", Left("text", FILE_SEARCH))
    )
    passages: dict[int, SafeString] = {}
    for material_id, text in files:
        if material_id in passages:
            continue
        passage = _passage(text, missing[material_id], query)
        if passage:
            passages[material_id] = passage
    return passages


def _passage(text: str, lacking: Iterable[str], query: Query) -> SafeString | None:
    """The text around a lacking word. Words of most forms begin with their stem, which the machine finds much faster than it takes to stem a book."""
    folded = text.casefold().replace("ё", "е")
    places = [place for stem in lacking if (place := folded.find(stem)) >= 0]
    if not places:
        return None
    start = max(0, min(places) - BEFORE)
    start = text.rfind(" ", 0, start) + 1
    return snippet(without_marks(text[start : start + BEFORE + AFTER]), query, length=TEXT_LENGTH)
