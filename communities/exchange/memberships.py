"""Memberships as a table, and the acts that follow from all tables of the people's room."""

import datetime
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.exchange.communities import NEW_COMMUNITIES, NEW_GOALS
from communities.levels import derive_level
from communities.models import Community, GoalEndorsement, GoalVersion, Membership, MembershipRole, Teacher
from communities.models.membership import MemberRole
from foundation import activity
from foundation.activity import InteractionLevel
from foundation.exchange import cells
from foundation.exchange.importing import BATCH
from foundation.exchange.tables import Column, Row, Table, TableExport, TableImport

MEMBERSHIPS = Table(
    "memberships",
    "Участие",
    (
        Column("community", "Сообщество", cells.parse_id, required=True, refers="communities"),
        Column("teacher", "Педагог", cells.parse_id, required=True, refers="teachers"),
        Column("role", "Роль", cells.choices(MemberRole, руководитель=MemberRole.LEADER.value)),
        Column("joined_on", "Дата вступления", cells.parse_date),
        Column("left_on", "Дата выхода", cells.parse_date),
        Column("self_joined", "По своему желанию", cells.parse_yes_no),
        Column("goal_endorsed_on", "Дата поддержки цели", cells.parse_date),
    ),
)


@dataclass(slots=True)
class Act:
    """One act for the ledger, kept until all of the day's members are known."""

    day: datetime.date
    verb: str
    teacher: int
    community: int
    delta: int = 1


class MembershipImport(TableImport):
    """A membership is known by community, teacher and first day. Without a day it is the one that is open, or began with the community.

    Rows are kept until all have come: endings are written before beginnings, and levels need all members. An empty cell takes nothing back:
    who has left has left, and an endorsement stays.
    """

    table = MEMBERSHIPS

    def existing(self) -> dict[str, int]:
        self.keys: dict[tuple[str, str, Any], int] = {}
        self.open_rows: dict[tuple[str, str], Row] = {}
        self.closing: set[tuple[str, str, Any]] = set()
        self.rows: list[Row] = []
        self.acts: list[Act] = []
        return {}

    # --- check --------------------------------------------------------------------------------------------------------

    def check(self, row: Row) -> None:
        pair = (row["community"], row["teacher"])
        key = (*pair, row["joined_on"])
        if key in self.keys:
            message = _("row %(row)s holds this membership already; expected another first day")
            self.error(row, "joined_on", message % {"row": self.keys[key]})
        self.keys.setdefault(key, row.number)
        if row["left_on"] is None:
            if pair in self.open_rows:
                message = _("row %(row)s holds an open membership of this person already; expected the day on which one of them ended")
                self.error(row, "left_on", message % {"row": self.open_rows[pair].number})
            self.open_rows.setdefault(pair, row)
        else:
            self.closing.add(key)
            if row["joined_on"] and row["left_on"] < row["joined_on"]:
                self.error(row, "left_on", _("the last day comes before the first; expected %(day)s or later") % {"day": row["joined_on"]})
        for day in (row["joined_on"], row["left_on"], row["goal_endorsed_on"]):
            self.run.note_day("communities", row["community"], day)
            self.run.note_day("teachers", row["teacher"], day)

    def checked(self) -> None:
        """Nobody may be a member twice at a time, counting what the portal knows."""
        known = Membership.objects.current().exclude(community__external_id=None).exclude(teacher__external_id=None)
        columns = ("community__external_id", "teacher__external_id", "joined_on")
        for community, teacher, joined_on in known.values_list(*columns).iterator():
            row = self.open_rows.get((community, teacher))
            if row is None or row["joined_on"] in (None, joined_on) or (community, teacher, joined_on) in self.closing:
                continue
            if self._is_over(row):
                continue
            message = _("this person takes part since %(day)s already; expected this day, or the day on which that membership ended")
            self.error(row, "joined_on", message % {"day": joined_on.isoformat()})

    def _is_over(self, row: Row) -> bool:
        """Whether the portal knows that this very membership has ended."""
        community, teacher = (self.run.ids[table][row[column]] for table, column in (("communities", "community"), ("teachers", "teacher")))
        if community is None or teacher is None:
            return False
        return Membership.objects.filter(community=community, teacher=teacher, joined_on=row["joined_on"]).exclude(left_on=None).exists()

    # --- write ----------------------------------------------------------------------------------------------------------

    def write(self, rows: list[Row]) -> None:
        self.rows += rows

    def written(self) -> None:
        communities = Community.objects.in_bulk({self.run.pk("communities", row["community"]) for row in self.rows})
        known: dict[tuple[int, int, datetime.date], Membership] = {}
        current: dict[tuple[int, int], Membership] = {}
        for membership in Membership.objects.filter(community__in=communities).iterator():
            pair = (membership.community_id, membership.teacher_id)
            known[*pair, membership.joined_on] = membership
            if membership.left_on is None:
                current[pair] = membership
        new: list[tuple[Row, Membership]] = []
        for row in self.rows:
            pair = (self.run.pk("communities", row["community"]), self.run.pk("teachers", row["teacher"]))
            found = known.get((*pair, row["joined_on"])) if row["joined_on"] else self._undated(row, pair, communities[pair[0]], known, current)
            if found is None:
                new.append((row, self._make(row, pair, communities[pair[0]])))
            else:
                self._update(row, found)
        self._create(new)
        self._endorse()
        self._found_and_set_goals()
        self._record()

    def _undated(
        self,
        row: Row,
        pair: tuple[int, int],
        community: Community,
        known: dict[tuple[int, int, datetime.date], Membership],
        current: dict[tuple[int, int], Membership],
    ) -> Membership | None:
        return current.get(pair) or known.get((*pair, self._first_day(row, community)))

    @staticmethod
    def _first_day(row: Row, community: Community) -> datetime.date:
        """The day of joining; untold, the community's first, unless the person had left by then."""
        return row["joined_on"] or min(filter(None, (community.founded_on, row["left_on"])))

    def _make(self, row: Row, pair: tuple[int, int], community: Community) -> Membership:
        return Membership(
            community_id=pair[0],
            teacher_id=pair[1],
            role=row["role"] or MemberRole.MEMBER.value,
            joined_on=self._first_day(row, community),
            left_on=row["left_on"],
            self_joined=row["self_joined"],
        )

    def _create(self, new: list[tuple[Row, Membership]]) -> None:
        made = Membership.objects.bulk_create([membership for _row, membership in new], batch_size=BATCH)
        roles = [MembershipRole(membership=one, role=one.role, since=one.joined_on, until=one.left_on) for one in made]
        MembershipRole.objects.bulk_create(roles, batch_size=BATCH)
        for one in made:
            self.acts.append(Act(one.joined_on, "joined", one.teacher_id, one.community_id))
            if one.left_on:
                self.acts.append(Act(one.left_on, "left", one.teacher_id, one.community_id))
        self.counts.created += len(made)

    def _update(self, row: Row, found: Membership) -> None:
        changed = [*self._end(row, found), *self._give_role(row, found)]
        if row["self_joined"] is not None and row["self_joined"] != found.self_joined:
            found.self_joined = row["self_joined"]
            changed.append("self_joined")
        if changed:
            found.save(update_fields=changed)
            self.counts.updated += 1
        else:
            self.counts.unchanged += 1

    def _end(self, row: Row, found: Membership) -> list[str]:
        if row["left_on"] is None or row["left_on"] == found.left_on:
            return []
        if found.left_on is not None:
            self.acts.append(Act(found.left_on, "left", found.teacher_id, found.community_id, delta=-1))
        self.acts.append(Act(row["left_on"], "left", found.teacher_id, found.community_id))
        found.roles.filter(until=found.left_on).update(until=row["left_on"])
        found.left_on = row["left_on"]
        return ["left_on"]

    def _give_role(self, row: Row, found: Membership) -> list[str]:
        if row["role"] is None or row["role"] == found.role:
            return []
        write_audit("set-role", by=None, target=found.community, teacher=found.teacher_id, old=str(found.role), new=row["role"])
        today = found.left_on or timezone.localdate()
        found.roles.filter(until=found.left_on, since=today).delete()
        found.roles.filter(until=found.left_on).update(until=today)
        MembershipRole.objects.create(membership=found, role=row["role"], since=today, until=found.left_on)
        found.role = row["role"]
        return ["role"]

    # --- goals --------------------------------------------------------------------------------------------------------------

    def _endorse(self) -> None:
        """An endorsement belongs to the version that was valid on its day."""
        rows = [row for row in self.rows if row["goal_endorsed_on"]]
        communities = {self.run.pk("communities", row["community"]) for row in rows}
        versions = versions_by_community(communities)
        known = set(GoalEndorsement.objects.filter(version__community__in=communities).values_list("version_id", "teacher_id"))
        new = []
        for row in rows:
            community, teacher, day = self.run.pk("communities", row["community"]), self.run.pk("teachers", row["teacher"]), row["goal_endorsed_on"]
            version = version_of(versions[community], day)
            if version.since > day:
                message = _("no goal held on this day yet; the endorsement was taken for the first one, of %(day)s")
                self.warn(row, "goal_endorsed_on", message % {"day": version.since.isoformat()})
            if (version.pk, teacher) not in known:
                known.add((version.pk, teacher))
                new.append(GoalEndorsement(version=version, teacher_id=teacher, endorsed_on=day))
                self.acts.append(Act(day, "endorsed-goal", teacher, community))
        GoalEndorsement.objects.bulk_create(new, batch_size=BATCH)

    def _found_and_set_goals(self) -> None:
        """Who founded a community or set its goal is not said. A leader of the first day founded it; the leader in office set a later goal."""
        new: set[int] = self.run.notes[NEW_COMMUNITIES]
        goals: list[GoalVersion] = self.run.notes[NEW_GOALS]
        concerned = new | {version.community_id for version in goals}
        leaders: dict[int, list[tuple[Any, ...]]] = {}
        terms = MembershipRole.objects.filter(membership__community__in=concerned, role=MemberRole.LEADER).order_by("since", "id")
        for community, *term in terms.values_list("membership__community_id", "since", "until", "membership__teacher_id"):
            leaders.setdefault(community, []).append(tuple(term))
        founders = {}
        for community in Community.objects.filter(pk__in=new):
            founder = next((teacher for since, _until, teacher in leaders.get(community.pk, []) if since == community.founded_on), None)
            if founder is not None:
                founders[community.pk] = (founder, community.founded_on)
                Community.objects.filter(pk=community.pk).update(founded_by=founder)
        for act in self.acts:
            # As in the portal, founding a community is not joining it, too.
            if act.verb == "joined" and founders.get(act.community) == (act.teacher, act.day):
                act.verb = "founded"
        versions = versions_by_community({version.community_id for version in goals})
        for version in goals:
            if version.pk == versions[version.community_id][0].pk:
                continue
            office = (teacher for since, until, teacher in leaders.get(version.community_id, []) if since <= version.since <= (until or version.since))
            if (setter := next(office, None)) is not None:
                GoalVersion.objects.filter(pk=version.pk).update(set_by=setter)
                self.acts.append(Act(version.since, "set-goal", setter, version.community_id))

    # --- the ledger ---------------------------------------------------------------------------------------------------------

    def _record(self) -> None:
        """Every act at its own day, with the level at which the members of that day interacted; in the order of days."""
        levels = levels_by_community({act.community for act in self.acts})
        communities = Community.objects.in_bulk({act.community for act in self.acts})
        teachers = Teacher.objects.select_related("school").in_bulk({act.teacher for act in self.acts})
        for act in sorted(self.acts, key=lambda act: act.day):
            actor, community = teachers[act.teacher], communities[act.community]
            level = derive_level([actor.school]) if act.verb == "founded" else levels[act.community].on(act.day)
            activity.record(act.verb, by=actor, target=community, community=community, level=level, on=act.day, delta=act.delta)


class Levels:
    """At which level the members of a community interacted, day by day."""

    def __init__(self, spells: Iterable[tuple[datetime.date, datetime.date | None, int, int]]) -> None:
        changes: list[tuple[datetime.date, int, tuple[int, int]]] = []
        for joined_on, left_on, school, municipality in spells:
            changes.append((joined_on, 1, (school, municipality)))
            if left_on is not None:
                # Who leaves is a member for the rest of that day.
                changes.append((left_on + datetime.timedelta(days=1), -1, (school, municipality)))
        schools: Counter[tuple[int, int]] = Counter()
        municipalities: Counter[int] = Counter()
        self._days: list[datetime.date] = []
        self._levels: list[InteractionLevel] = []
        for day, step, place in sorted(changes):
            for counter, key in ((schools, place), (municipalities, place[1])):
                counter[key] += step
                if not counter[key]:
                    del counter[key]
            self._days.append(day)
            self._levels.append(self._level(len(schools), len(municipalities)))

    @staticmethod
    def _level(schools: int, municipalities: int) -> InteractionLevel:
        if schools < 2:
            return InteractionLevel.SCHOOL
        return InteractionLevel.INTER_SCHOOL if municipalities == 1 else InteractionLevel.INTER_MUNICIPAL

    def on(self, day: datetime.date) -> InteractionLevel:
        """The level on that day; before anybody joined, the school's."""
        place = bisect_right(self._days, day)
        return self._levels[place - 1] if place else InteractionLevel.SCHOOL


def levels_by_community(communities: set[int]) -> dict[int, Levels]:
    """The levels of each community; one query."""
    spells: dict[int, list[Any]] = {community: [] for community in communities}
    columns = ("community_id", "joined_on", "left_on", "teacher__school_id", "teacher__school__municipality_id")
    for community, *spell in Membership.objects.filter(community__in=communities).exclude(teacher__school=None).order_by().values_list(*columns):
        spells[community].append(spell)
    return {community: Levels(found) for community, found in spells.items()}


def versions_by_community(communities: Iterable[int]) -> dict[int, list[GoalVersion]]:
    """The goal's versions of each community, oldest first; one query."""
    found: dict[int, list[GoalVersion]] = {}
    for version in GoalVersion.objects.filter(community__in=communities).order_by("since", "id"):
        found.setdefault(version.community_id, []).append(version)
    return found


def version_of(versions: list[GoalVersion], day: datetime.date) -> GoalVersion:
    """The version that held on that day; the first one before it."""
    return next((version for version in reversed(versions) if version.since <= day), versions[0])


class MembershipExport(TableExport):
    """An endorsement is given with the membership during which it was made, if it is one of the goal of that day."""

    table = MEMBERSHIPS

    def rows(self) -> Iterator[dict[str, Any]]:
        endorsed = self._endorsements()
        columns = ("community__external_id", "teacher__external_id", "joined_on", "left_on", "role", "self_joined", "community_id", "teacher_id")
        for community, teacher, joined_on, left_on, role, self_joined, community_pk, teacher_pk in sorted(
            Membership.objects.order_by().values_list(*columns), key=lambda row: row[:3]
        ):
            days = [day for day in endorsed.get((community_pk, teacher_pk), []) if joined_on <= day <= (left_on or day)]
            yield {
                "community": community,
                "teacher": teacher,
                "role": role,
                "joined_on": joined_on,
                "left_on": left_on,
                "self_joined": self_joined,
                "goal_endorsed_on": max(days, default=None),
            }

    @staticmethod
    def _endorsements() -> dict[tuple[int, int], list[datetime.date]]:
        versions = versions_by_community(Community.objects.values_list("pk", flat=True))
        days: dict[tuple[int, int], list[datetime.date]] = {}
        for endorsement in GoalEndorsement.objects.select_related("version").iterator():
            community = endorsement.version.community_id
            if version_of(versions[community], endorsement.endorsed_on).pk == endorsement.version_id:
                days.setdefault((community, endorsement.teacher_id), []).append(endorsement.endorsed_on)
        return days
