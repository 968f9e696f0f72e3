"""Who may do what in the people's room: pure answers, nothing is changed here (domain.md 3)."""

import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from django.utils.translation import gettext as _

from communities.models import Employment, School, Teacher
from communities.models.teacher import Audience, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Viewer = Teacher | AnonymousUser


def is_confirmed(viewer: "Viewer") -> TypeGuard[Teacher]:
    """Signed in and confirmed: sees what the network shows its own people."""
    return viewer.is_authenticated and viewer.is_confirmed


def may_sign_in(teacher: Teacher) -> bool:
    """Has a live account, confirmed or not: whom the portal may write to."""
    return teacher.is_active and teacher.erased_at is None


# --- names --------------------------------------------------------------------------------------------------------


class Named(Protocol):
    """What decides how a name is read: a Teacher, or a row of a list with the same columns."""

    @property
    def pk(self) -> Any: ...
    @property
    def last_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def middle_name(self) -> str: ...
    @property
    def publishes_name(self) -> bool: ...
    @property
    def erased_at(self) -> datetime.datetime | None: ...


def may_see_name(teacher: Named, viewer: "Viewer") -> bool:
    """Colleagues and the person themselves see the name; visitors only with a live consent to publication. Costs no query."""
    if teacher.erased_at is not None:
        return False
    return teacher.publishes_name or is_confirmed(viewer) or (viewer.is_authenticated and viewer.pk == teacher.pk)


def author_name(teacher: Named, viewer: "Viewer") -> str:
    """How `viewer` reads the name of `teacher` beside a material: first name, patronymic, last name, or what stands for them."""
    if teacher.erased_at is not None:
        return _("Former participant No. %(number)s") % {"number": teacher.pk}
    if not may_see_name(teacher, viewer):
        return _("author hidden")
    return " ".join(filter(None, [teacher.first_name, teacher.middle_name, teacher.last_name]))


# --- contacts and photos --------------------------------------------------------------------------------------------


def _are_colleagues(teacher: Teacher, viewer: Teacher) -> bool:
    return not {place.school_id for place in teacher.current_employments}.isdisjoint(place.school_id for place in viewer.current_employments)


def _coordinates(viewer: Teacher, teacher: Teacher) -> bool:
    schools = viewer.coordinated_school_ids
    return bool(schools) and teacher.employments.filter(ended_on=None, school_id__in=schools).exists()


def may_see_contact(teacher: Teacher, viewer: "Viewer", audience: str) -> bool:
    """Whether `viewer` sees a contact that `teacher` shows to `audience`; coordinators see their own school's, methodists everybody's."""
    if not viewer.is_authenticated or teacher.erased_at is not None:
        return False
    if viewer.pk == teacher.pk:
        return True
    if not viewer.is_confirmed:
        return False
    if viewer.is_methodist or audience == Audience.NETWORK or _coordinates(viewer, teacher):
        return True
    if audience == Audience.NOBODY:
        return False
    if _are_colleagues(teacher, viewer):
        return True
    return audience == Audience.COMMUNITIES and not teacher.current_memberships.keys().isdisjoint(viewer.current_memberships)


def may_see_photo(teacher: Teacher, viewer: "Viewer") -> bool:
    """Confirmed colleagues see the photo if its owner shows it; nobody else but the owner does."""
    if not teacher.photo or not viewer.is_authenticated:
        return False
    return viewer.pk == teacher.pk or (teacher.show_photo and viewer.is_confirmed)


# --- schools --------------------------------------------------------------------------------------------------------


def may_run_school(viewer: "Viewer", school: School) -> bool:
    """Confirm its teachers, edit its passport: the school's coordinator, methodists and administrators."""
    return is_confirmed(viewer) and (viewer.is_methodist or school.pk in viewer.coordinated_school_ids)


def coordinates(viewer: "Viewer", school: School) -> bool:
    """The school's own coordinator: what may point at single pupils is for them alone, not for methodists either."""
    return is_confirmed(viewer) and school.pk in viewer.coordinated_school_ids


def may_give_school_roles(viewer: "Viewer") -> bool:
    """Make somebody coordinator or head of a school."""
    return viewer.is_authenticated and viewer.is_methodist


def may_end_employment(viewer: "Viewer", place: Employment) -> bool:
    """A coordinator says who no longer works at the school; taking a head or coordinator away is the methodists'."""
    if place.is_head or place.is_coordinator:
        return may_give_school_roles(viewer)
    return may_run_school(viewer, place.school)


def may_issue_paper_code(viewer: "Viewer", place: Employment) -> bool:
    """A paper code opens the account, so it is for plain teachers without an own e-mail who work nowhere but under this viewer."""
    teacher = place.teacher
    if teacher.email or not teacher.login or teacher.role != Role.TEACHER or teacher.erased_at or not teacher.is_active or place.ended_on:
        return False
    if not is_confirmed(viewer) or not may_run_school(viewer, place.school):
        return False
    # Counted in Python: a list prefetches the workplaces of all its people at once.
    today = {row.school_id for row in teacher.employments.all() if row.ended_on is None}
    return viewer.is_methodist or today <= set(viewer.coordinated_school_ids)
