"""May they? Pure answers about best-practice schools: run by methodists, their leaders and the coordinators of the host school."""

from typing import TYPE_CHECKING

from communities.access import is_confirmed
from communities.models import School, Teacher
from events.models import BestPracticeSchool, Cohort, Enrolment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = Teacher | AnonymousUser


def may_open_best_practice(teacher: "Person") -> bool:
    """Begin one: methodists anywhere, a coordinator in their own school."""
    return is_confirmed(teacher) and (teacher.is_methodist or bool(teacher.coordinated_school_ids))


def may_host(teacher: "Person", school: School) -> bool:
    """Name this school as the host."""
    return is_confirmed(teacher) and school.closed_on is None and (teacher.is_methodist or school.pk in teacher.coordinated_school_ids)


def may_run_best_practice(teacher: "Person", best_practice: BestPracticeSchool) -> bool:
    """Change it, decide on applications, hold its sessions. `leaders` should be prefetched where many are asked."""
    if not is_confirmed(teacher):
        return False
    if teacher.is_methodist or best_practice.host_school_id in teacher.coordinated_school_ids:
        return True
    return any(leader.pk == teacher.pk for leader in best_practice.leaders.all())


def may_apply(teacher: "Person", cohort: Cohort) -> bool:
    """Every confirmed teacher while applications are taken; whether a place is left is the decision's question."""
    return is_confirmed(teacher) and cohort.is_calling and cohort.best_practice_school.closed_on is None


def may_mentor(teacher: "Person", enrolment: Enrolment) -> bool:
    """Note meetings with a participant: their mentor, as long as the cohort runs."""
    return is_confirmed(teacher) and enrolment.mentor_id == teacher.pk and enrolment.is_participant and enrolment.cohort.is_running


def may_hand_in(teacher: "Person", enrolment: Enrolment) -> bool:
    """The participant alone, until the cohort is finished."""
    return is_confirmed(teacher) and enrolment.teacher_id == teacher.pk and enrolment.is_participant and enrolment.cohort.is_running
