"""Notifications as they are read: only those whose target the reader may still see, facts of one group in one line."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models

from communities.access import author_name
from communities.models import Notification, Teacher
from communities.notice_kinds import KINDS
from foundation.templatetags.portal import inner

# Names shown beside a line; more are counted.
NAMED = 2


@dataclass(slots=True)
class Notice:
    """One line: facts of a group, the newest first."""

    reader: Teacher
    facts: list[tuple[Notification, models.Model]] = field(default_factory=list)

    @property
    def newest(self) -> Notification:
        return self.facts[0][0]

    @property
    def unread(self) -> int:
        """How many of the facts are new."""
        return sum(row.read_at is None for row, _target in self.facts)

    @property
    def icon(self) -> str:
        return KINDS[self.newest.kind].icon

    @property
    def text(self) -> str:
        """What has happened, in the active language."""
        kind, count = KINDS[self.newest.kind], self.unread or len(self.facts)
        words = {"title": inner(self.facts[0][1]), "count": count}
        return (kind.one if count == 1 or kind.many is None else kind.many) % words

    @property
    def url(self) -> str:
        """Where it leads: to the oldest fact that is new, so that nothing is skipped."""
        row, target = next((fact for fact in reversed(self.facts) if fact[0].read_at is None), self.facts[0])
        return row.path or target.get_absolute_url()  # type: ignore[attr-defined]

    @property
    def people(self) -> list[str]:
        """Who did it, as the reader may read their names; each once."""
        return list(dict.fromkeys(author_name(row.by, self.reader) for row, _target in self.facts if row.by))[:NAMED]

    @property
    def at(self) -> datetime.datetime:
        return self.newest.created_at


def read_notices(rows: Sequence[Notification], reader: Teacher) -> list[Notice]:
    """The lines of these rows (newest first, with `by` loaded); one query for each kind of target, whatever their number."""
    targets = _visible_targets(rows, reader)
    notices: dict[str, Notice] = {}
    for row in rows:
        target = targets.get((row.content_type_id, row.object_id))
        if target is not None and row.kind in KINDS:
            notices.setdefault(row.group, Notice(reader)).facts.append((row, target))
    return list(notices.values())


def _visible_targets(rows: Iterable[Notification], reader: Teacher) -> dict[tuple[int, int], models.Model]:
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        wanted[row.content_type_id].add(row.object_id)
    found: dict[tuple[int, int], models.Model] = {}
    for content_type, ids in wanted.items():
        model = ContentType.objects.get_for_id(content_type).model_class()
        if model is None:
            continue
        visible = model._default_manager.visible_to(reader).filter(pk__in=ids)  # type: ignore[attr-defined]
        # A target whose name or address needs another row says so.
        visible = visible.for_notice() if hasattr(visible, "for_notice") else visible
        found.update({(content_type, target.pk): target for target in visible})
    return found
