"""Materials as a table, with their files beside it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exchange.lists import ReferenceCell
from communities.levels import derive_level
from communities.models import EducationLevel, Subject
from foundation import activity
from foundation.exchange import cells
from foundation.exchange.cells import CellError
from foundation.exchange.importing import safe_path
from foundation.exchange.models import Entry, ModelImport, in_order, remember_ids
from foundation.exchange.sinks import FILES
from foundation.exchange.tables import Column, Row, Table, TableExport
from resources.actions.draft import AUTHOR, GUESSED, slug_of
from resources.actions.indexing import index_materials
from resources.archive import unique_names
from resources.exchange.files import FileRows
from resources.models import Authorship, Library, Material, MaterialFile, MaterialType, MaterialVersion, Purpose
from resources.models.material import LICENCE_SHORT, Licence, Status, Visibility

LOWEST, HIGHEST = 1, 11
_GRADES = re.compile(r"(\d{1,2})(?:\s*[-–—]\s*(\d{1,2}))?", re.ASCII)


def parse_grades(cell: str) -> tuple[int, int]:
    """«5-7» or «8», from 1 to 11."""
    found = _GRADES.fullmatch(cells.tidy(cell))
    if found:
        first = int(found[1])
        last = int(found[2] or first)
        if LOWEST <= first <= last <= HIGHEST:
            return first, last
    raise CellError(_("“%(value)s” does not name grades; expected 5-7 or 8, from 1 to 11, in a cell of text") % {"value": cells.quote(cell)})


SAID = (Status.DRAFT, Status.REVIEW, Status.PUBLISHED)
material_type, subject, education_level, purpose = (ReferenceCell(model) for model in (MaterialType, Subject, EducationLevel, Purpose))
parse_status = cells.choices(Status)
parse_licence = cells.choices(Licence, **{short: code.value for code, short in LICENCE_SHORT.items() if short}, **{"CC BY": "cc-by", "CC BY-SA": "cc-by-sa"})


def parse_said_status(cell: str) -> str:
    """Draft, review or published; the other states are the portal's own."""
    status = parse_status(cell)
    if status not in SAID:
        raise CellError(
            _("“%(value)s” is not on the list; expected one of: %(expected)s")
            % {"value": cells.quote(cell), "expected": cells.in_words({status.value: status.label for status in SAID})}
        )
    return status


MATERIALS = Table(
    "materials",
    "Материалы",
    (
        Column("id", "Код", cells.parse_id, required=True),
        Column("title", "Название", cells.text_of(Material, "title"), required=True),
        Column("type", "Тип", material_type),
        Column("subject", "Предмет", subject),
        Column("grades", "Классы", parse_grades),
        Column("education_level", "Уровень образования", education_level),
        Column("licence", "Лицензия", parse_licence),
        Column("purpose", "Назначение", purpose),
        Column("visibility", "Видимость", cells.choices(Visibility)),
        Column("status", "Статус", parse_said_status),
        Column("community", "Сообщество", cells.parse_id, refers="communities"),
        Column("authors", "Авторы", cells.each(cells.parse_id), required=True, refers="teachers"),
        Column("published_on", "Дата публикации", cells.parse_date),
        Column("annotation", "Аннотация", cells.text_of(Material, "annotation"), lines=True),
        Column("file", "Файл", cells.each(safe_path)),
        # Beyond the common format: the school on whose library's shelf the material stands.
        Column("library_school", "Школа библиотеки", cells.parse_id, refers="schools"),
    ),
)


class MaterialImport(ModelImport):
    """What an import says of a material counts as said by its authors: the portal guesses nothing over it.

    A status only goes forward: what is published stays so. Without a licence a material may be used inside the network alone.
    """

    table = MATERIALS
    model = Material

    def existing(self) -> dict[str, int]:
        for parser in (material_type, subject, education_level, purpose):
            parser.forget()
        self.libraries = {(community, school): pk for pk, community, school in Library.objects.values_list("pk", "community_id", "school_id")}
        self.files = FileRows(self.run.source)
        return dict(super().existing())

    # --- check ------------------------------------------------------------------------------------------------------

    def check(self, row: Row) -> None:
        published = row["status"] == Status.PUBLISHED or (row["status"] is None and row["published_on"])
        if row["published_on"] and not published:
            self.warn(row, "published_on", _("only a published material has such a day; it was left out"))
        if row["community"] and row["library_school"]:
            self.error(row, "library_school", _("a material stands on one shelf: either a community's or a school's"))
        elif row["visibility"] == Visibility.LIBRARY and not self._has_owner(row) and row.has("community"):
            self.warn(row, "visibility", _("without a community nobody would see the material; the teachers of the network were taken"))
        for author in row["authors"]:
            self.run.note_day("teachers", author, row["published_on"] if published else None)
        for sentence in self.files.check(self.run.ids[self.table.name][row["id"]], row["file"] or []):
            self.error(row, "file", sentence)

    # --- write --------------------------------------------------------------------------------------------------------

    def values(self, row: Row) -> dict[str, Any]:
        said: dict[str, Any] = {"title": row["title"], "slug": slug_of(row["title"])}
        said |= {f"{name}_id": row[name] for name in ("type", "subject", "education_level", "purpose") if row.has(name)}
        if row.has("grades"):
            said["grade_from"], said["grade_to"] = row["grades"] or (None, None)
        if row.has("annotation"):
            said["annotation"] = row["annotation"] or ""
        if row.has("community") or row.has("library_school"):
            said["library_id"] = self._library(row["community"], row["library_school"])
        said |= {name: row[name] for name in ("licence", "visibility") if row[name]}
        if row["visibility"] == Visibility.LIBRARY and row.has("community") and not self._has_owner(row):
            said["visibility"] = Visibility.NETWORK.value
        return said

    @staticmethod
    def _has_owner(row: Row) -> bool:
        return bool(row["community"] or row["library_school"])

    def _library(self, community: str | None = None, school: str | None = None) -> int:
        """The community's or school's shelf, made when its first material comes; without one the network's."""
        owner = (self.run.pk("communities", community) if community else None, self.run.pk("schools", school) if school else None)
        if owner not in self.libraries:
            self.libraries[owner] = Library.objects.create(community_id=owner[0], school_id=owner[1]).pk
        return self.libraries[owner]

    @staticmethod
    def _status(row: Row) -> str:
        return row["status"] or (Status.PUBLISHED if row["published_on"] else Status.DRAFT)

    def make(self, row: Row, values: dict[str, Any]) -> Material:
        status = self._status(row)
        values.setdefault("library_id", self._library())
        values.setdefault("licence", Licence.NETWORK.value)
        values.setdefault("visibility", Visibility.NETWORK.value if values["licence"] == Licence.NETWORK else Visibility.PUBLIC.value)
        return Material(
            created_by_id=self.run.pk("teachers", row["authors"][0]),
            filled_by=dict.fromkeys(GUESSED, AUTHOR),
            status=status,
            published_on=(row["published_on"] or timezone.localdate()) if status == Status.PUBLISHED else None,
            submitted_at=timezone.now() if status == Status.REVIEW else None,
            **values,
        )

    def update(self, entry: Entry, values: dict[str, Any]) -> list[str]:
        material, row = entry.object, entry.row
        changed = super().update(entry, values)
        status = self._status(row)
        forward = SAID.index(status) > SAID.index(material.status) if material.status in SAID else False
        if forward and row.has("status"):
            material.status = status
            changed.append("status")
            if status == Status.REVIEW:
                material.submitted_at = timezone.now()
                changed.append("submitted_at")
            elif material.published_on is None:
                material.published_on = row["published_on"] or timezone.localdate()
                changed.append("published_on")
                self._published.add(material.pk)
        if changed:
            material.changed_at = timezone.now()
            changed.append("changed_at")
        return changed

    def write(self, rows: list[Row]) -> None:
        self._published: set[int] = set()
        super().write(rows)

    def relate(self, entries: Sequence[Entry]) -> None:
        new = [entry.object for entry in entries if entry.is_new]
        self._published |= {material.pk for material in new if material.status == Status.PUBLISHED}
        MaterialVersion.objects.bulk_create([MaterialVersion(material=material, created_by_id=material.created_by_id) for material in new])
        self._set_authors(entries)
        self.files.write([entry for entry in entries if entry.row["file"]])
        index_materials([entry.object.pk for entry in entries if entry.is_new or entry.changed])
        self._record()

    def _set_authors(self, entries: Sequence[Entry]) -> None:
        current: dict[int, list[int]] = {}
        known = Authorship.objects.filter(material__in=[entry.object.pk for entry in entries if not entry.is_new]).order_by("order", "id")
        for material, teacher in known.values_list("material_id", "teacher_id"):
            current.setdefault(material, []).append(teacher)
        new = []
        for entry in entries:
            wanted = [self.run.pk("teachers", author) for author in entry.row["authors"]]
            if wanted == current.get(entry.object.pk):
                continue
            if not entry.is_new:
                Authorship.objects.filter(material=entry.object).delete()
                entry.changed = True
            new += [Authorship(material=entry.object, teacher_id=teacher, order=order) for order, teacher in enumerate(wanted)]
        Authorship.objects.bulk_create(new)

    def _record(self) -> None:
        """As publication does: one act for each author, at the level between the authors' schools."""
        people = Prefetch("authorships", Authorship.objects.select_related("teacher__school").order_by("order", "id"))
        published = Material.objects.filter(pk__in=self._published).select_related("library__community").prefetch_related(people)
        for material in published.order_by("published_on", "pk"):
            authors = [authorship.teacher for authorship in material.authorships.all()]
            level = derive_level(author.school for author in authors)
            for author in authors:
                activity.record("published", by=author, target=material, level=level, community=material.library.community, on=material.published_on)

    def undone(self) -> None:
        self.files.forget()


class MaterialExport(TableExport):
    """The current version with its files. Returned and withdrawn materials are drafts to whoever takes the tables over."""

    table = MATERIALS

    def rows(self) -> Iterator[dict[str, Any]]:
        remember_ids(Material, lambda material: f"material-{material.pk}")
        self.folders: set[str] = set()
        self.stored: list[tuple[str, str]] = []
        for material in in_order(self._materials()):
            status = material.status if material.status in SAID else Status.DRAFT
            grades = sorted({grade for grade in (material.grade_from, material.grade_to) if grade})
            yield {
                "id": material.external_id,
                "title": material.title,
                "type": material.type.code if material.type else None,
                "subject": material.subject.code if material.subject else None,
                "grades": "-".join(map(str, grades)),
                "education_level": material.education_level.code if material.education_level else None,
                "licence": material.licence,
                "purpose": material.purpose.code if material.purpose else None,
                "visibility": material.visibility,
                "status": status,
                "community": material.library.community.external_id if material.library.community else None,
                "authors": [authorship.teacher.external_id for authorship in material.authorships.all()],
                "published_on": material.published_on if status == Status.PUBLISHED else None,
                "annotation": material.annotation,
                "file": self._paths(material),
                "library_school": material.library.school.external_id if material.library.school else None,
            }

    @staticmethod
    def _materials() -> Any:
        files = MaterialFile.objects.defer("text").order_by("order", "id")
        return Material.objects.select_related("type", "subject", "education_level", "purpose", "library__community", "library__school").prefetch_related(
            Prefetch("authorships", Authorship.objects.select_related("teacher").only("order", "material_id", "teacher__external_id").order_by("order", "id")),
            Prefetch("versions", MaterialVersion.objects.ready().order_by("-number")),
            Prefetch("versions__files", files),
        )

    def _paths(self, material: Material) -> list[str]:
        """`files/<id>/<name>`, with signs in the id that no file system minds."""
        versions = list(material.versions.all())
        holder = next((version for version in versions if version.pk == versions[0].content_id), None)
        files = list(holder.files.all()) if holder else []
        if not files:
            return []
        base = re.sub(r"[^\w-]", "_", material.external_id or "", flags=re.ASCII)
        folder, number = base, 2
        while folder.casefold() in self.folders:
            folder, number = f"{base}_{number}", number + 1
        self.folders.add(folder.casefold())
        paths = [f"{FILES}/{folder}/{name}" for name in unique_names(file.original_name for file in files)]
        self.stored += zip(paths, (file.stored_name for file in files), strict=True)
        return paths

    def files(self) -> Iterator[tuple[str, str]]:
        yield from self.stored
