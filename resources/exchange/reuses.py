"""«Used at a lesson» as a table."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from communities.levels import derive_level
from communities.models import Teacher
from foundation import activity
from foundation.exchange import cells
from foundation.exchange.importing import BATCH
from foundation.exchange.tables import Column, Row, Table, TableExport, TableImport
from resources.models import Authorship, Material, MaterialVersion, Reuse

REUSES = Table(
    "reuses",
    "Использование на уроках",
    (
        Column("material", "Материал", cells.parse_id, required=True, refers="materials"),
        Column("teacher", "Педагог", cells.parse_id, required=True, refers="teachers"),
        Column("used_on", "Дата урока", cells.parse_date, required=True),
        Column("note", "Как прошло", cells.text_of(Reuse, "note"), lines=True),
    ),
)
Key = tuple[int, int, datetime.date]


class ReuseImport(TableImport):
    """One a person, material and day."""

    table = REUSES

    def existing(self) -> dict[str, int]:
        self.keys: dict[tuple[str, str, datetime.date], int] = {}
        self.touched: set[int] = set()
        return {}

    def check(self, row: Row) -> None:
        key = (row["material"], row["teacher"], row["used_on"])
        if key in self.keys:
            message = _("row %(row)s says the same material, person and day already; expected one row for them")
            self.error(row, "used_on", message % {"row": self.keys[key]})
        self.keys.setdefault(key, row.number)
        self.run.note_day("teachers", row["teacher"], row["used_on"])

    def write(self, rows: list[Row]) -> None:
        keyed: dict[Key, Row] = {(self.run.pk("materials", row["material"]), self.run.pk("teachers", row["teacher"]), row["used_on"]): row for row in rows}
        materials, teachers = {key[0] for key in keyed}, {key[1] for key in keyed}
        known = {(one.material_id, one.teacher_id, one.used_on): one for one in Reuse.objects.filter(material__in=materials, teacher__in=teachers)}
        versions = dict(MaterialVersion.objects.ready().filter(material__in=materials).order_by("number").values_list("material_id", "pk"))
        schools = dict(Teacher.objects.filter(pk__in=teachers).values_list("pk", "school_id"))
        new = []
        for key, row in keyed.items():
            found = known.get(key)
            if found is None:
                material, teacher, day = key
                new.append(
                    Reuse(
                        material_id=material,
                        teacher_id=teacher,
                        used_on=day,
                        note=row["note"] or "",
                        version_id=versions[material],
                        school_id=schools[teacher],
                    )
                )
            elif row.has("note") and found.note != (row["note"] or ""):
                found.note = row["note"] or ""
                found.save(update_fields=["note"])
                self.counts.updated += 1
            else:
                self.counts.unchanged += 1
        Reuse.objects.bulk_create(new, batch_size=BATCH)
        self.counts.created += len(new)
        self._record(new)

    def _record(self, new: list[Reuse]) -> None:
        """As `mark_used` does: at the level between the user's school and the authors'."""
        authorships = Prefetch("authorships", Authorship.objects.select_related("teacher__school"))
        found = Material.objects.select_related("library__community").prefetch_related(authorships)
        materials = found.in_bulk({one.material_id for one in new})
        teachers = Teacher.objects.select_related("school").in_bulk({one.teacher_id for one in new})
        for one in sorted(new, key=lambda one: one.used_on):
            material, teacher = materials[one.material_id], teachers[one.teacher_id]
            level = derive_level([teacher.school, *(authorship.teacher.school for authorship in material.authorships.all())])
            activity.record("reused", by=teacher, target=material, community=material.library.community, level=level, on=one.used_on)
        self.touched |= set(materials)

    def written(self) -> None:
        """Counts that ranking and lists show."""
        uses = Reuse.objects.filter(material=OuterRef("pk")).order_by().values("material")
        touched = sorted(self.touched)
        for start in range(0, len(touched), BATCH):
            Material.objects.filter(pk__in=touched[start : start + BATCH]).update(
                reuse_count=Coalesce(Subquery(uses.annotate(count=Count("pk")).values("count")), 0),
                reuse_school_count=Coalesce(Subquery(uses.annotate(count=Count("school", distinct=True)).values("count")), 0),
            )


class ReuseExport(TableExport):
    table = REUSES

    def rows(self) -> Iterator[dict[str, Any]]:
        names = ("material", "teacher", "used_on", "note")
        columns = ("material__external_id", "teacher__external_id", "used_on", "note")
        order = sorted(Reuse.objects.order_by().values_list(*columns[:3], "pk"))
        for start in range(0, len(order), BATCH):
            pks = [row[3] for row in order[start : start + BATCH]]
            found = {pk: values for pk, *values in Reuse.objects.filter(pk__in=pks).values_list("pk", *columns)}
            for pk in pks:
                yield dict(zip(names, found[pk], strict=True))
