"""Communities and the versions of their goals as tables."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.actions.community import INFORMAL, RESERVED_SLUGS
from communities.exchange.lists import ReferenceCell
from communities.models import Community, CommunityForm, GoalVersion, ProblemArea, Subject
from communities.models.community import CommunityKind
from communities.slugs import latin_slug
from foundation.exchange import cells
from foundation.exchange.cells import CellError
from foundation.exchange.models import Entry, ModelImport, in_order, remember_ids
from foundation.exchange.tables import Column, Row, Table, TableExport, TableImport, TakenSlugs

areas = {CommunityKind.SUBJECT.value: ReferenceCell(Subject), CommunityKind.PROBLEM.value: ReferenceCell(ProblemArea)}
COMMUNITIES = Table(
    "communities",
    "Сообщества",
    (
        Column("id", "Код", cells.parse_id, required=True),
        Column("name", "Название", cells.text_of(Community, "name"), required=True),
        Column("kind", "Вид", cells.choices(CommunityKind, предметное="subject", проблемное="problem"), required=True),
        Column("area", "Предмет или проблемная область", cells.text(120)),
        Column("formal", "Формальное", cells.parse_yes_no),
        Column("goal", "Цель", cells.text_of(Community, "goal"), required=True, lines=True),
        Column("founded_on", "Дата основания", cells.parse_date),
        Column("open", "Открытое", cells.parse_yes_no),
    ),
)
GOAL_VERSIONS = Table(
    "goal_versions",
    "Редакции цели",
    (
        Column("community", "Сообщество", cells.parse_id, required=True, refers="communities"),
        Column("text", "Цель", cells.text_of(GoalVersion, "text"), required=True, lines=True),
        Column("since", "Действует с", cells.parse_date, required=True),
    ),
)
# Notes of a run that the tables of communities leave to each other.
VERSIONED, GOAL_ROWS, NEW_COMMUNITIES, NEW_GOALS = "communities with goal_versions", "goals said by communities", "new communities", "new goals"


class CommunityImport(ModelImport):
    table = COMMUNITIES
    model = Community
    computed = ("folded_name",)

    def existing(self) -> dict[str, int]:
        for parser in areas.values():
            parser.forget()
        self.slugs = TakenSlugs(Community.objects.values_list("slug", flat=True), RESERVED_SLUGS)
        self.names = dict(Community.objects.values_list("name", "pk"))
        self.name_rows: dict[str, int] = {}
        self.informal = CommunityForm.objects.filter(code=INFORMAL).first()
        self.run.notes |= {VERSIONED: {}, GOAL_ROWS: {}, NEW_COMMUNITIES: set(), NEW_GOALS: []}
        return dict(super().existing())

    def check(self, row: Row) -> None:
        known = self.run.ids[self.table.name][row["id"]]
        name = row["name"]
        if name in self.name_rows:
            message = _("“%(value)s” stands in row %(row)s already; expected a name of its own")
            self.error(row, "name", message % {"value": name, "row": self.name_rows[name]})
        elif self.names.get(name, known) != known:
            self.error(row, "name", _("another community in the portal is called “%(value)s”; expected a name of its own") % {"value": name})
        self.name_rows.setdefault(name, row.number)
        if row["area"]:
            try:
                areas[row["kind"]](row["area"])
            except CellError as error:
                self.error(row, "area", str(error))
        elif known is None or row.has("area"):
            self.error(row, "area", _("the cell is empty; expected the subject or the problem area"))
        self.run.notes[GOAL_ROWS][row["id"]] = (row, row["goal"])
        self.run.note_day(self.table.name, row["id"], row["founded_on"])

    def checked(self) -> None:
        for sender_id, (row, goal) in self.run.notes[GOAL_ROWS].items():
            texts = self.run.notes[VERSIONED].get(sender_id)
            if texts is not None and goal not in texts:
                self.warn(row, "goal", _("the table goal_versions does not hold this goal; the newest goal there was taken"))

    def values(self, row: Row) -> dict[str, Any]:
        said: dict[str, Any] = {"name": row["name"]}
        if row["area"]:
            area = areas[row["kind"]](row["area"])
            of_subject = row["kind"] == CommunityKind.SUBJECT
            said |= {"kind": row["kind"], "subject_id": area if of_subject else None, "problem_area_id": None if of_subject else area}
        if row["open"] is not None:
            said["is_open"] = row["open"]
        if row["formal"] is not None:
            said["is_formal"] = row["formal"]
        if row["founded_on"]:
            said["founded_on"] = row["founded_on"]
        return said

    def make(self, row: Row, values: dict[str, Any]) -> Community:
        values.setdefault("founded_on", self.run.earliest.get((self.table.name, row["id"]), timezone.localdate()))
        form = None if values.get("is_formal") else self.informal
        return Community(slug=self.slugs.take(latin_slug(values["name"]) or "community"), goal=row["goal"], form=form, **values)

    def update(self, entry: Entry, values: dict[str, Any]) -> list[str]:
        changed = super().update(entry, values)
        community = entry.object
        if "is_formal" in changed:
            is_informal = community.form_id is not None and self.informal is not None and community.form_id == self.informal.pk
            if community.is_formal == is_informal:
                community.form = None if community.is_formal else self.informal
                changed.append("form")
            write_audit("make-formal" if community.is_formal else "make-informal", by=None, target=community)
        return changed

    def relate(self, entries: list[Entry]) -> None:  # type: ignore[override]
        """Goals of communities whose goals no other table tells: the first holds since the founding, a changed one since today."""
        versioned = self.run.notes[VERSIONED]
        self.run.notes[NEW_COMMUNITIES] |= {entry.object.pk for entry in entries if entry.is_new}
        untold = [entry for entry in entries if entry.row["id"] not in versioned]
        texts: dict[int, set[str]] = {}
        for community, text in GoalVersion.objects.filter(community__in=[entry.object.pk for entry in untold]).values_list("community_id", "text"):
            texts.setdefault(community, set()).add(text)
        made = []
        for entry in untold:
            community, goal = entry.object, entry.row["goal"]
            if goal in texts.get(community.pk, ()):
                continue
            first = community.pk not in texts
            made.append(GoalVersion(community=community, text=goal, since=community.founded_on if first else timezone.localdate()))
            if not entry.is_new:
                community.goal = goal
                community.save(update_fields=["goal"])
                entry.changed = True
        GoalVersion.objects.bulk_create(made)
        self.run.notes[NEW_GOALS] += [version for version in made if version.community_id in texts]


class GoalVersionImport(TableImport):
    """A version is known by its community and day; another text for the same day is a correction."""

    table = GOAL_VERSIONS

    def existing(self) -> dict[str, int]:
        self.days: dict[tuple[str, Any], int] = {}
        self.touched: set[int] = set()
        return {}

    def check(self, row: Row) -> None:
        key = (row["community"], row["since"])
        if key in self.days:
            message = _("row %(row)s gives this community a goal of the same day already; expected one a day")
            self.error(row, "since", message % {"row": self.days[key]})
        self.days.setdefault(key, row.number)
        self.run.notes[VERSIONED].setdefault(row["community"], set()).add(row["text"])
        self.run.note_day("communities", row["community"], row["since"])

    def write(self, rows: list[Row]) -> None:
        keys = [self.run.pk("communities", row["community"]) for row in rows]
        known: dict[tuple[int, Any], GoalVersion] = {}
        for version in GoalVersion.objects.filter(community__in=set(keys)).order_by("id"):
            # Of two versions of one day the later one held.
            known[version.community_id, version.since] = version
        new = []
        for community, row in zip(keys, rows, strict=True):
            found = known.get((community, row["since"]))
            if found is None:
                new.append(GoalVersion(community_id=community, text=row["text"], since=row["since"]))
            elif found.text != row["text"]:
                found.text = row["text"]
                found.save(update_fields=["text"])
                write_audit("correct-goal", by=None, target=found.community, version=found.pk)
                self.counts.updated += 1
            else:
                self.counts.unchanged += 1
        GoalVersion.objects.bulk_create(new)
        self.counts.created += len(new)
        self.touched |= set(keys)
        self.run.notes[NEW_GOALS] += new

    def written(self) -> None:
        """The community's own copy of the goal is the newest version's text."""
        versions = GoalVersion.objects.filter(community__in=self.touched).order_by("since", "id")
        newest = dict(versions.values_list("community_id", "text"))
        for found in Community.objects.filter(pk__in=newest):
            if found.goal != newest[found.pk]:
                found.goal = newest[found.pk]
                found.save(update_fields=["goal"])


class CommunityExport(TableExport):
    table = COMMUNITIES

    def rows(self) -> Iterator[dict[str, Any]]:
        remember_ids(Community, lambda community: community.slug)
        for community in in_order(Community.objects.select_related("subject", "problem_area")):
            yield {
                "id": community.external_id,
                "name": community.name,
                "kind": community.kind,
                "area": community.area.code,
                "formal": community.is_formal,
                "goal": community.goal,
                "founded_on": community.founded_on,
                "open": community.is_open,
            }


class GoalVersionExport(TableExport):
    """Of several versions of one day the last, which held."""

    table = GOAL_VERSIONS

    def rows(self) -> Iterator[dict[str, Any]]:
        last: dict[tuple[str, Any], str] = {}
        for community, since, text in GoalVersion.objects.order_by("id").values_list("community__external_id", "since", "text"):
            last[community, since] = text
        for (community, since), text in sorted(last.items()):
            yield {"community": community, "text": text, "since": since}
