"""People as a table: names, workplaces, roles. Nobody gets a password here, and no consent is invented."""

import datetime
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.exchange.lists import ReferenceCell
from communities.models import Employment, Position, Subject, Teacher
from communities.models.teacher import Role
from communities.slugs import latin_slug
from foundation.exchange import cells
from foundation.exchange.models import Entry, ModelImport, in_order, remember_ids, sync_links
from foundation.exchange.tables import Column, Row, Table, TableExport

position = ReferenceCell(Position)
subject = ReferenceCell(Subject)
school_list = cells.each(cells.parse_id)
TEACHERS = Table(
    "teachers",
    "Педагоги",
    (
        Column("id", "Код", cells.parse_id, required=True),
        Column("email", "Электронная почта", cells.parse_email),
        Column("last_name", "Фамилия", cells.text_of(Teacher, "last_name"), required=True),
        Column("first_name", "Имя", cells.text_of(Teacher, "first_name"), required=True),
        Column("middle_name", "Отчество", cells.text_of(Teacher, "middle_name")),
        Column("school", "Школа", school_list, refers="schools"),
        Column("position", "Должность", position),
        Column("subjects", "Предметы", cells.each(subject)),
        Column("role", "Роль", cells.choices(Role, администратор=Role.ADMINISTRATOR.value)),
        Column("coordinator_of", "Координатор школ", school_list, refers="schools"),
        Column("head_of", "Руководитель школ", school_list, refers="schools"),
    ),
)


class TeacherImport(ModelImport):
    """An empty cell never takes an e-mail, a role or a workplace away; a person who signs in already keeps their own e-mail."""

    table = TEACHERS
    model = Teacher
    computed = ("folded_name",)

    def existing(self) -> dict[str, int]:
        position.forget()
        subject.forget()
        self.roles: dict[int, str] = dict(Teacher.objects.values_list("pk", "role"))
        self.erased = set(Teacher.objects.exclude(erased_at=None).values_list("pk", flat=True))
        self.administrators = set(Teacher.objects.filter(role=Role.ADMINISTRATOR, is_active=True, erased_at=None).values_list("pk", flat=True))
        self.demoted: list[Row] = []
        self.promotes = False
        self.owners = {email.lower(): pk for email, pk in EmailAddress.objects.values_list("email", "user_id")}
        self.owners |= {email.lower(): pk for email, pk in Teacher.objects.exclude(email=None).values_list("email", "pk")}
        self.email_rows: dict[str, int] = {}
        self.logins = set(Teacher.objects.exclude(login=None).values_list("login", flat=True))
        return dict(super().existing())

    # --- check ------------------------------------------------------------------------------------------------------

    def check(self, row: Row) -> None:
        known = self.run.ids[self.table.name][row["id"]]
        if known in self.erased:
            self.warn(row, "id", _("this person was erased at their own wish; the row was left out"))
            return
        self._check_email(row, known)
        if known is None:
            self.promotes = self.promotes or row["role"] == Role.ADMINISTRATOR
        elif row["role"] and row["role"] != self.roles[known]:
            self.warn(row, "role", _("the role changes from %(before)s to %(after)s") % {"before": self.roles[known], "after": row["role"]})
            self.promotes = self.promotes or row["role"] == Role.ADMINISTRATOR
            if known in self.administrators:
                self.administrators.discard(known)
                self.demoted.append(row)

    def _check_email(self, row: Row, known: int | None) -> None:
        email = row["email"]
        if email is None:
            return
        if email in self.email_rows:
            message = _("“%(value)s” stands in row %(row)s already; expected an e-mail of this person's own")
            self.error(row, "email", message % {"value": email, "row": self.email_rows[email]})
        elif self.owners.get(email, known) != known:
            self.error(row, "email", _("“%(value)s” belongs to somebody else in the portal; expected an e-mail of this person's own") % {"value": email})
        self.email_rows.setdefault(email, row.number)

    def checked(self) -> None:
        if self.demoted and not self.administrators and not self.promotes:
            self.error(self.demoted[-1], "role", _("the network would be left without an administrator; expected at least one"))

    # --- write ------------------------------------------------------------------------------------------------------

    def write(self, rows: list[Row]) -> None:
        ids = self.run.ids[self.table.name]
        super().write([row for row in rows if ids[row["id"]] not in self.erased])

    def values(self, row: Row) -> dict[str, Any]:
        said: dict[str, Any] = {"last_name": row["last_name"], "first_name": row["first_name"]}
        if row.has("middle_name"):
            said["middle_name"] = row["middle_name"] or ""
        if row.has("position"):
            said["position_id"] = row["position"]
        return said

    def make(self, row: Row, values: dict[str, Any]) -> Teacher:
        schools = self._schools(row, [])
        role = row["role"] or Role.TEACHER
        confirmed = self._since(row) if schools or role != Role.TEACHER else None
        return Teacher(
            email=row["email"],
            login=None if row["email"] else self._login(row["last_name"]),
            password=make_password(None),
            role=role,
            school_id=schools[0] if schools else None,
            confirmed_on=confirmed,
            **values,
        )

    def _login(self, last_name: str) -> str:
        """What the coordinator's paper code will open: the last name in Latin letters and digits."""
        base = latin_slug(last_name, max_length=24) or "teacher"
        while (login := f"{base}-{secrets.randbelow(90_000) + 10_000}") in self.logins:
            continue
        self.logins.add(login)
        return login

    def _since(self, row: Row) -> datetime.date:
        """The first day on which the import shows the person at work; the table does not say since when they are employed."""
        return self.run.earliest.get((self.table.name, row["id"]), timezone.localdate())

    def _schools(self, row: Row, current: Sequence[int]) -> list[int]:
        """Workplaces, the main one first. Who heads or coordinates a school works there."""
        listed = [self.run.pk("schools", sender_id) for sender_id in row["school"] or []] or list(current)
        listed += [self.run.pk("schools", sender_id) for name in ("coordinator_of", "head_of") for sender_id in row[name] or []]
        return list(dict.fromkeys(listed))

    def update(self, entry: Entry, values: dict[str, Any]) -> list[str]:
        changed = super().update(entry, values)
        teacher, row = entry.object, entry.row
        if row["role"] and row["role"] != teacher.role:
            write_audit("give-network-role", by=None, target=teacher, before=teacher.role, after=row["role"])
            teacher.role = row["role"]
            changed.append("role")
            if teacher.confirmed_on is None and teacher.role != Role.TEACHER:
                teacher.confirmed_on = timezone.localdate()
                changed.append("confirmed_on")
        if row["email"] and row["email"] != (teacher.email or "").lower():
            if teacher.email and teacher.has_usable_password():
                self.warn(row, "email", _("this person signs in with another e-mail already; it was kept"))
            else:
                self._change_email(teacher, row["email"])
                changed.append("email")
        return changed

    def _change_email(self, teacher: Teacher, email: str) -> None:
        EmailAddress.objects.filter(user=teacher).delete()
        EmailAddress.objects.create(user=teacher, email=email, verified=True, primary=True)
        write_audit("change-email", by=None, target=teacher)
        teacher.email = email

    def relate(self, entries: Sequence[Entry]) -> None:
        # The centre vouches for the addresses: a password can be set by resetting it.
        new = [entry.object for entry in entries if entry.is_new]
        EmailAddress.objects.bulk_create([EmailAddress(user=teacher, email=teacher.email, verified=True, primary=True) for teacher in new if teacher.email])
        for teacher in new:
            if teacher.role != Role.TEACHER:
                write_audit("give-network-role", by=None, target=teacher, before=Role.TEACHER.value, after=str(teacher.role))
        subjects = {entry.object.pk: entry.row["subjects"] or [] for entry in entries if entry.row.has("subjects")}
        changed = sync_links(Teacher.subjects, subjects)
        for entry in entries:
            entry.changed = entry.changed or entry.object.pk in changed
        self._employ(entries)

    # --- workplaces ---------------------------------------------------------------------------------------------------

    def _employ(self, entries: Sequence[Entry]) -> None:
        open_places: dict[int, list[Employment]] = {}
        for place in Employment.objects.filter(teacher__in=[entry.object.pk for entry in entries], ended_on=None).order_by("id"):
            open_places.setdefault(place.teacher_id, []).append(place)
        made: list[Employment] = []
        for entry in entries:
            made += self._places_of(entry, open_places.get(entry.object.pk, []))
        Employment.objects.bulk_create(made)
        for place in made:
            if place.is_head or place.is_coordinator:
                self._audit_roles(place)

    def _places_of(self, entry: Entry, open_places: list[Employment]) -> list[Employment]:
        """New workplaces of one person; those that go on are brought up to date, those that do not are ended."""
        teacher, row = entry.object, entry.row
        current = [place for place in open_places if place.confirmed_on is not None]
        wanted = self._schools(row, [place.school_id for place in current])
        same = 0
        while same < min(len(current), len(wanted)) and current[same].school_id == wanted[same]:
            self._set_roles(entry, current[same])
            same += 1
        if same == len(current) == len(wanted):
            return []
        entry.changed = True
        today = timezone.localdate()
        # The order of workplaces is the order of their rows: from the first difference on they are made anew.
        coming = set(wanted[same:])
        ended = [place.pk for place in open_places if place in current[same:] or place.school_id in coming]
        Employment.objects.filter(pk__in=ended).update(ended_on=today)
        since = self._since(row) if entry.is_new else today
        if not entry.is_new:
            teacher.school_id = wanted[0] if wanted else None
            teacher.confirmed_on = teacher.confirmed_on or today
            teacher.save(update_fields=["school", "confirmed_on"])
        before = {place.school_id: place for place in current}
        return [self._place(row, teacher, school, before.get(school), since) for school in wanted[same:]]

    def _place(self, row: Row, teacher: Teacher, school: int, before: Employment | None, since: datetime.date) -> Employment:
        coordinates, heads = self._roles(row, school, before)
        return Employment(
            teacher=teacher,
            school_id=school,
            position_id=teacher.position_id,
            started_on=before.started_on if before else since,
            confirmed_on=before.confirmed_on if before else since,
            is_coordinator=coordinates,
            is_head=heads,
        )

    def _roles(self, row: Row, school: int, place: Employment | None) -> tuple[bool, bool]:
        """Coordinator and head, as the row says; without the column, as they were."""

        def said(column: str, before: bool) -> bool:
            return school in [self.run.pk("schools", sender_id) for sender_id in row[column] or []] if row.has(column) else before

        return said("coordinator_of", bool(place and place.is_coordinator)), said("head_of", bool(place and place.is_head))

    def _set_roles(self, entry: Entry, place: Employment) -> None:
        coordinates, heads = self._roles(entry.row, place.school_id, place)
        if (coordinates, heads) != (place.is_coordinator, place.is_head):
            place.is_coordinator, place.is_head = coordinates, heads
            place.save(update_fields=["is_coordinator", "is_head"])
            self._audit_roles(place)
            entry.changed = True

    @staticmethod
    def _audit_roles(place: Employment) -> None:
        roles = {"is_head": place.is_head, "is_coordinator": place.is_coordinator}
        write_audit("give-school-roles", by=None, target=place, teacher=place.teacher_id, school=place.school_id, **roles)


class TeacherExport(TableExport):
    """Confirmed workplaces only: importing them confirms. Who may not sign in leaves without the e-mail, who was erased without the name."""

    table = TEACHERS

    def rows(self) -> Iterator[dict[str, Any]]:
        remember_ids(Teacher, lambda teacher: f"teacher-{teacher.pk}")
        places = Employment.objects.current().select_related("school").order_by("id")
        people = Teacher.objects.select_related("position").prefetch_related("subjects", Prefetch("employments", places))
        for teacher in in_order(people):
            yield self._erased(teacher) if teacher.erased_at else self._row(teacher)

    @staticmethod
    def _erased(teacher: Teacher) -> dict[str, Any]:
        return {"id": teacher.external_id, "last_name": _("Former participant"), "first_name": f"No. {teacher.external_id}"[:80], "role": Role.TEACHER.value}

    @staticmethod
    def _row(teacher: Teacher) -> dict[str, Any]:
        places = list(teacher.employments.all())
        return {
            "id": teacher.external_id,
            "email": teacher.email.lower() if teacher.email and teacher.is_active else None,
            "last_name": teacher.last_name,
            "first_name": teacher.first_name,
            "middle_name": teacher.middle_name,
            "school": [place.school.external_id for place in places],
            "position": teacher.position.code if teacher.position else None,
            "subjects": [entry.code for entry in teacher.subjects.all()],
            "role": teacher.role,
            "coordinator_of": [place.school.external_id for place in places if place.is_coordinator],
            "head_of": [place.school.external_id for place in places if place.is_head],
        }
