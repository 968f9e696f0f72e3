"""Importing and exporting nouns that keep their sender's id (`foundation.models.Imported`)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ManyToManyDescriptor

from foundation.exchange.cells import ID_LENGTH
from foundation.exchange.importing import BATCH
from foundation.exchange.tables import Row, TableImport, TakenSlugs


@dataclass
class Entry:
    """A row beside its object."""

    row: Row
    object: Any
    is_new: bool
    changed: bool = False


class ModelImport(TableImport):
    """Creates or updates one object for each row, in batches: new ones in bulk, changed ones one by one, equal ones not at all."""

    model: type[models.Model]
    # Written with every change, since they are computed from other fields.
    computed: tuple[str, ...] = ()

    def existing(self) -> Mapping[str, int]:
        return dict(self.model._default_manager.exclude(external_id=None).values_list("external_id", "pk"))

    def values(self, row: Row) -> dict[str, Any]:
        """Attributes that the row says; only of columns that the table has."""
        raise NotImplementedError

    def make(self, row: Row, values: dict[str, Any]) -> models.Model:
        """A new object, not yet saved."""
        raise NotImplementedError

    def update(self, entry: Entry, values: dict[str, Any]) -> list[str]:
        """Bring an existing object up to date; answers the attributes that changed."""
        differing = [name for name, value in values.items() if getattr(entry.object, name) != value]
        for name in differing:
            setattr(entry.object, name, values[name])
        return differing

    def relate(self, entries: Sequence[Entry]) -> None:
        """Write what hangs on the objects; mark the entries that change by it."""

    def write(self, rows: list[Row]) -> None:
        ids = self.run.ids[self.table.name]
        known = self.model._default_manager.in_bulk([pk for row in rows if (pk := ids[row["id"]]) is not None])
        entries = [self._entry(row, known.get(ids[row["id"]] or 0)) for row in rows]
        created = [entry.object for entry in entries if entry.is_new]
        self.model._default_manager.bulk_create(created, batch_size=BATCH)
        ids.update({entry.object.external_id: entry.object.pk for entry in entries})
        self.relate(entries)
        self.counts.created += len(created)
        self.counts.updated += sum(entry.changed for entry in entries if not entry.is_new)
        self.counts.unchanged += sum(not entry.changed for entry in entries if not entry.is_new)

    def _entry(self, row: Row, found: models.Model | None) -> Entry:
        values = self.values(row)
        if found is None:
            made = self.make(row, values)
            made.external_id = row["id"]  # type: ignore[attr-defined]
            return Entry(row, made, is_new=True)
        entry = Entry(row, found, is_new=False)
        if changed := self.update(entry, values):
            found.save(update_fields=[*changed, *self.computed])
            entry.changed = True
        return entry


def sync_links(relation: ManyToManyDescriptor, wanted: Mapping[int, Sequence[int]]) -> set[int]:
    """Give each object (primary key → keys of the other side) exactly these links; answers the objects that changed. At most three queries."""
    through: Any = relation.through
    own, other = relation.field.m2m_field_name() + "_id", relation.field.m2m_reverse_field_name() + "_id"  # type: ignore[attr-defined]
    current: dict[int, set[int]] = {}
    for own_pk, other_pk in through.objects.filter(**{f"{own}__in": list(wanted)}).values_list(own, other):
        current.setdefault(own_pk, set()).add(other_pk)
    gone = [(pk, target) for pk, targets in current.items() for target in targets - set(wanted[pk])]
    new = [(pk, target) for pk, targets in wanted.items() for target in targets if target not in current.get(pk, ())]
    for pk, target in gone:
        through.objects.filter(**{own: pk, other: target}).delete()
    through.objects.bulk_create([through(**{own: pk, other: target}) for pk, target in new], batch_size=BATCH)
    return {pk for pk, _target in gone + new}


def remember_ids(model: type[models.Model], make: Callable[[Any], str]) -> None:
    """Give every object without a sender's id the one that `make` says, with a number where it is taken: the next export says the same."""
    manager: Any = model._default_manager
    taken = TakenSlugs(manager.exclude(external_id=None).values_list("external_id", flat=True))
    nameless = list(manager.filter(external_id=None).order_by("pk"))
    for entry in nameless:
        entry.external_id = taken.take(make(entry)[: ID_LENGTH - 8])
    manager.bulk_update(nameless, ["external_id"], batch_size=BATCH)


def in_order(queryset: models.QuerySet) -> Iterator[Any]:
    """The objects by sender's id, sorted here since databases sort text differently; memory holds one batch of objects."""
    pairs = sorted(queryset.order_by().values_list("external_id", "pk"))
    for start in range(0, len(pairs), BATCH):
        batch = [pk for _sender_id, pk in pairs[start : start + BATCH]]
        found = {entry.pk: entry for entry in queryset.filter(pk__in=batch)}
        yield from (found[pk] for pk in batch)
