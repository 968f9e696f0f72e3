"""Who may ask, offer and agree for whom: pure answers (domain.md 3)."""

from communities.models import Community, Employment, Membership, Need, Partnership, School, Teacher
from communities.models.membership import MemberRole
from communities.models.partnership import PartnershipState

Owner = School | Community
# Names on a need's page.
FEW = 5


def speaks_for(teacher: Teacher, owner: Owner) -> bool:
    """A school's coordinator, a community's leader; methodists and administrators for every one."""
    if not teacher.is_authenticated or not teacher.is_confirmed:
        return False
    ids = teacher.coordinated_school_ids if isinstance(owner, School) else teacher.led_community_ids
    return teacher.is_methodist or owner.pk in ids


def own_sides(teacher: Teacher) -> list[Owner]:
    """Open schools this person coordinates, then open communities they lead. At most two queries a request, one without communities."""
    schools = [place.school for place in teacher.current_employments if place.is_coordinator and place.school.closed_on is None]
    led = teacher.led_community_ids
    return [*schools, *(Community.objects.open_now().filter(pk__in=led).order_by("name") if led else ())]


def who_could_answer(teacher: Teacher, need: Need) -> list[tuple[Teacher, Owner]]:
    """Whom somebody who speaks for no side may tell of a need: coordinators of their schools, else leaders of their communities. At most two queries."""
    colleagues = Teacher.objects.colleagues_of(teacher).exclude(pk=teacher.pk)
    schools = [place.school_id for place in teacher.current_employments if place.school_id != need.school_id]
    people = Employment.objects.current().filter(is_coordinator=True, school__in=schools, school__closed_on=None, teacher__in=colleagues)
    found: list[tuple[Teacher, Owner]] = [(place.teacher, place.school) for place in people.select_related("teacher", "school")[:FEW]]
    if not found:
        joined = [pk for pk in teacher.current_memberships if pk != need.community_id]
        leaders = Membership.objects.current().filter(role=MemberRole.LEADER, community__in=joined, community__closed_on=None, teacher__in=colleagues)
        rows = leaders.select_related("teacher", "community").order_by("community__name", "pk")[:FEW]
        found = [(row.teacher, row.community) for row in rows]
    return found


def may_change_need(teacher: Teacher, need: Need) -> bool:
    """Edit and withdraw."""
    return speaks_for(teacher, need.owner)


def may_confirm(teacher: Teacher, partnership: Partnership) -> bool:
    """The side that did not propose says yes or no."""
    asked = partnership.counterpart if partnership.proposed_by_owner else partnership.need.owner
    return partnership.state == PartnershipState.PROPOSED and speaks_for(teacher, asked)


def may_take_back(teacher: Teacher, partnership: Partnership) -> bool:
    """The side that proposed thinks better of it before the answer; later either side may break off."""
    if partnership.state == PartnershipState.PROPOSED:
        return speaks_for(teacher, partnership.need.owner if partnership.proposed_by_owner else partnership.counterpart)
    return may_work_on(teacher, partnership)


def may_work_on(teacher: Teacher, partnership: Partnership) -> bool:
    """Begin, report the outcome, break off: either side of an agreed partnership."""
    at_work = partnership.state in (PartnershipState.AGREED, PartnershipState.RUNNING)
    return at_work and (speaks_for(teacher, partnership.need.owner) or speaks_for(teacher, partnership.counterpart))
