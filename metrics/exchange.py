"""Acts that no other table describes (exchange-format.md, `activity`)."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community, Teacher
from foundation.activity import Act, InteractionLevel, Kind, record_many
from foundation.exchange import cells
from foundation.exchange.importing import BATCH
from foundation.exchange.tables import Column, Row, Table, TableExport, TableImport
from metrics.models import ImportedAct
from metrics.verbs import VERBS

ACTIVITY = Table(
    "activity",
    "Действия",
    (
        Column("teacher", "Педагог", cells.parse_id, required=True, refers="teachers"),
        Column("occurred_on", "Дата", cells.parse_date, required=True),
        Column("verb", "Действие", cells.one_of(lambda: {name: name for name in VERBS}, lambda: {name: name for name in VERBS}), required=True),
        Column("community", "Сообщество", cells.parse_id, refers="communities"),
        Column("kind", "Вид деятельности", cells.choices(Kind)),
        Column("level", "Уровень взаимодействия", cells.choices(InteractionLevel)),
    ),
)
Key = tuple[int, datetime.date, str, int | None, str, str]


class ActivityImport(TableImport):
    """The same row twice, in one import or in two, is one act."""

    table = ACTIVITY

    def check(self, row: Row) -> None:
        if row["occurred_on"] > timezone.localdate():
            self.warn(row, "occurred_on", _("this day is still to come: the act counts only from then on"))
        self.run.note_day("teachers", row["teacher"], row["occurred_on"])
        self.run.note_day("communities", row["community"], row["occurred_on"])

    def write(self, rows: list[Row]) -> None:
        wanted: dict[Key, None] = {}
        for row in rows:
            wanted.setdefault(self._key(row))
        days = {key[1] for key in wanted}
        columns = ("teacher_id", "occurred_on", "verb", "community_id", "kind", "level")
        found = ImportedAct.objects.filter(teacher__in={key[0] for key in wanted}, occurred_on__gte=min(days), occurred_on__lte=max(days))
        known = set(found.values_list(*columns))
        new = [key for key in wanted if key not in known]
        made = ImportedAct.objects.bulk_create([ImportedAct(**dict(zip(columns, key, strict=True))) for key in new], batch_size=BATCH)
        people = Teacher.objects.select_related("school").in_bulk({act.teacher_id for act in made})
        communities = Community.objects.in_bulk({act.community_id for act in made if act.community_id})
        record_many(
            [
                Act(
                    act.verb,
                    by=people[act.teacher_id],
                    target=act,
                    on=act.occurred_on,
                    community=communities.get(act.community_id),
                    level=act.level or None,
                    kind=act.kind or None,
                )
                for act in made
            ]
        )
        self.counts.created += len(made)
        self.counts.unchanged += len(rows) - len(made)

    def _key(self, row: Row) -> Key:
        community = self.run.pk("communities", row["community"]) if row["community"] else None
        return self.run.pk("teachers", row["teacher"]), row["occurred_on"], row["verb"], community, row["kind"] or "", row["level"] or ""


class ActivityExport(TableExport):
    table = ACTIVITY

    def rows(self) -> Iterator[dict[str, Any]]:
        names = ("teacher", "occurred_on", "verb", "community", "kind", "level")
        columns = ("teacher__external_id", "occurred_on", "verb", "community__external_id", "kind", "level")
        found = ImportedAct.objects.order_by().values_list(*columns)
        for row in sorted(found, key=lambda row: tuple(str(value or "") for value in row)):
            yield {name: value or None for name, value in zip(names, row, strict=True)}


IMPORTS = (ActivityImport,)
EXPORTS = (ActivityExport,)
