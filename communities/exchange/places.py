"""Municipalities and schools as tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from communities.actions.school import set_peculiarities
from communities.exchange.lists import ReferenceCell
from communities.models import EducationLevel, Municipality, School, SchoolPeculiarity
from communities.models.school import Peculiarity
from communities.slugs import latin_slug
from foundation.exchange import cells
from foundation.exchange.models import Entry, ModelImport, in_order, remember_ids, sync_links
from foundation.exchange.tables import Column, Row, Table, TableExport, TakenSlugs

MUNICIPALITIES = Table(
    "municipalities",
    "Муниципальные образования",
    (
        Column("id", "Код", cells.parse_id, required=True),
        Column("name", "Название", cells.text_of(Municipality, "name"), required=True),
    ),
)
education_level = ReferenceCell(EducationLevel)
SCHOOLS = Table(
    "schools",
    "Школы",
    (
        Column("id", "Код", cells.parse_id, required=True),
        Column("name", "Название", cells.text_of(School, "name"), required=True),
        Column("short_name", "Краткое название", cells.text_of(School, "short_name")),
        Column("municipality", "Муниципальное образование", cells.parse_id, required=True, refers="municipalities"),
        Column("locality", "Населённый пункт", cells.text_of(School, "locality")),
        Column("latitude", "Широта", cells.decimal(-90, 90, 5)),
        Column("longitude", "Долгота", cells.decimal(-180, 180, 5)),
        Column("education_levels", "Уровни образования", cells.each(education_level)),
        Column("peculiarities", "Особенности", cells.each(cells.choices(Peculiarity))),
        Column("website", "Сайт", cells.url(200)),
    ),
)


class MunicipalityImport(ModelImport):
    table = MUNICIPALITIES
    model = Municipality

    def existing(self) -> dict[str, int]:
        self.slugs = TakenSlugs(Municipality.objects.values_list("slug", flat=True))
        return dict(super().existing())

    def values(self, row: Row) -> dict[str, Any]:
        return {"name": row["name"]}

    def make(self, row: Row, values: dict[str, Any]) -> Municipality:
        return Municipality(slug=self.slugs.take(latin_slug(values["name"], max_length=50) or "municipality"), **values)


class SchoolImport(ModelImport):
    table = SCHOOLS
    model = School
    computed = ("folded_name",)

    def existing(self) -> dict[str, int]:
        education_level.forget()
        self.slugs = TakenSlugs(School.objects.values_list("slug", flat=True))
        return dict(super().existing())

    def values(self, row: Row) -> dict[str, Any]:
        said: dict[str, Any] = {"name": row["name"], "municipality_id": self.run.pk("municipalities", row["municipality"])}
        if row.has("short_name"):
            limit = School._meta.get_field("short_name").max_length
            said["short_name"] = row["short_name"] or row["name"][:limit].rstrip()
        said |= {name: row[name] or "" for name in ("locality", "website") if row.has(name)}
        return said | {name: row[name] for name in ("latitude", "longitude") if row.has(name)}

    def make(self, row: Row, values: dict[str, Any]) -> School:
        limit = School._meta.get_field("short_name").max_length
        values.setdefault("short_name", values["name"][:limit].rstrip())
        return School(slug=self.slugs.take(latin_slug(values["short_name"]) or "school"), **values)

    def relate(self, entries: Sequence[Entry]) -> None:
        levels = {entry.object.pk: entry.row["education_levels"] or [] for entry in entries if entry.row.has("education_levels")}
        changed = sync_links(School.education_levels, levels)
        for entry in entries:
            entry.changed = entry.changed or entry.object.pk in changed
        self._relate_peculiarities([entry for entry in entries if entry.row.has("peculiarities")])

    def _relate_peculiarities(self, entries: Sequence[Entry]) -> None:
        current: dict[int, set[str]] = {}
        kept = SchoolPeculiarity.objects.filter(school__in=[entry.object.pk for entry in entries if not entry.is_new], ended_on=None)
        for school, code in kept.values_list("school_id", "peculiarity"):
            current.setdefault(school, set()).add(code)
        today = timezone.localdate()
        new = []
        for entry in entries:
            wanted = entry.row["peculiarities"] or []
            if entry.is_new:
                new += [SchoolPeculiarity(school=entry.object, peculiarity=code, since=today) for code in wanted]
            elif current.get(entry.object.pk, set()) != set(wanted):
                set_peculiarities(entry.object, wanted, by=None)
                entry.changed = True
        SchoolPeculiarity.objects.bulk_create(new)


class MunicipalityExport(TableExport):
    table = MUNICIPALITIES

    def rows(self) -> Iterator[dict[str, Any]]:
        remember_ids(Municipality, lambda municipality: municipality.slug)
        for entry in in_order(Municipality.objects.all()):
            yield {"id": entry.external_id, "name": entry.name}


class SchoolExport(TableExport):
    table = SCHOOLS

    def rows(self) -> Iterator[dict[str, Any]]:
        remember_ids(School, lambda school: school.slug)
        order = list(Peculiarity.values)
        for school in in_order(School.objects.select_related("municipality").prefetch_related("education_levels", "peculiarities")):
            peculiarities = {entry.peculiarity for entry in school.peculiarities.all() if entry.ended_on is None}
            yield {
                "id": school.external_id,
                "name": school.name,
                "short_name": school.short_name,
                "municipality": school.municipality.external_id,
                "locality": school.locality,
                "latitude": school.latitude,
                "longitude": school.longitude,
                "education_levels": [level.code for level in school.education_levels.all()],
                "peculiarities": sorted(peculiarities, key=order.index),
                "website": school.website,
            }
