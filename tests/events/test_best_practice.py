"""Best-practice schools: from the call to the outcome, who runs them, the rule of graduation, what is reused."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import Notification, School, Teacher
from events.actions.best_practice import close_best_practice, open_best_practice
from events.actions.cohort import announce_cohort, finish_cohort, prepare_cohort
from events.actions.cohort_session import add_session, hold_session
from events.actions.enrolment import accept_enrolment, apply, hand_in_work, leave_cohort, note_meeting, set_mentor
from events.best_practice import outcome_of
from events.models import BestPracticeSchool, Cohort, CohortSession, Enrolment, Event
from metrics.models import Activity
from resources.models import Reuse
from tests.factories.events import coming
from tests.factories.people import make_school, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def open_school(host: School, *, by: Teacher, **more: Any) -> BestPracticeSchool:
    told = {"title": "Опыты без стендов", "theme": "Физика на подручном", "direction": "best-practice-school", "subject": None, "problem_area": None}
    return open_best_practice(host, by=by, **{**told, "hours_percent": 75, "needs_work": True, **more})


def prepare(school: BestPracticeSchool, *, by: Teacher, sessions: int = 2, places: int = 2) -> Cohort:
    cohort = prepare_cohort(school, by=by, apply_from=TODAY(), apply_until=TODAY() + datetime.timedelta(days=10), places=places)
    for number in range(sessions):
        starts = coming(3 + 7 * number)
        add_session(
            cohort, by=by, title=f"Занятие {number + 1}", starts_at=starts, ends_at=starts + datetime.timedelta(hours=2), hours=2, place="каб. 3", leader=None
        )
    return cohort


def over(cohort: Cohort) -> list[CohortSession]:
    """Its sessions, moved into the past with their events."""
    for number, session in enumerate(cohort.sessions.all()):
        starts = coming(-20 + number)
        CohortSession.objects.filter(pk=session.pk).update(starts_at=starts, ends_at=starts + datetime.timedelta(hours=2))
        Event.objects.filter(pk=session.event_id).update(starts_at=starts, ends_at=starts + datetime.timedelta(hours=2))
    return list(cohort.sessions.select_related("event", "cohort__best_practice_school"))


def test_a_methodist_opens_a_school_and_it_is_seen_once_announced(
    client_of: Any, evgenia: Teacher, village_school: School, visitor: Any, anna: Teacher
) -> None:
    browser = client_of(evgenia)
    form = {
        "host_school": village_school.slug,
        "title": "Опыты без стендов",
        "theme": "Физика на подручном",
        "direction": "best-practice-school",
        "hours_percent": 75,
    }
    browser.post("/best-practice/new/", form)
    school = BestPracticeSchool.objects.get()
    assert (school.host_school, list(school.leaders.all())) == (village_school, [evgenia])
    assert client_of(anna).get(school.get_absolute_url()).status_code == 404
    days = {"apply_from": TODAY().isoformat(), "apply_until": (TODAY() + datetime.timedelta(days=9)).isoformat(), "places": 5}
    browser.post(f"/best-practice/{school.pk}/cohorts/new/", days)
    cohort = Cohort.objects.get()
    browser.post(f"/best-practice/cohorts/{cohort.pk}/announce/")
    assert not Cohort.objects.get().announced_at
    session = {"title": "Первое занятие", "day": (TODAY() + datetime.timedelta(days=3)).isoformat(), "begins": "15:00", "ends": "17:00", "hours": 2}
    browser.post(f"/best-practice/cohorts/{cohort.pk}/sessions/new/", session)
    browser.post(f"/best-practice/cohorts/{cohort.pk}/announce/")
    event = Event.objects.get()
    assert (event.kind, event.status, event.school, event.has_registration) == ("best-practice-session", "planned", village_school, False)
    assert list(event.organisers.all()) == [evgenia]
    page = client_of(visitor).get("/best-practice/").content.decode()
    assert "заявки по" in page
    page = client_of(visitor).get(school.get_absolute_url()).content.decode()
    assert "Первое занятие" in page
    # Names of teachers are not for visitors.
    assert "Тихонова" not in page
    assert "1 школа передового опыта" in client_of(visitor).get("/directions/").content.decode()


def test_who_may_not_run_it_is_refused(client_of: Any, evgenia: Teacher, village_school: School, anna: Teacher, vera: Teacher, daria: Teacher) -> None:
    school = open_school(village_school, by=evgenia)
    cohort = prepare(school, by=evgenia)
    assert client_of(anna).get("/best-practice/new/").status_code == 403
    announce_cohort(cohort, by=evgenia)
    for person, status in ((anna, 403), (daria, 403), (vera, 200)):
        for path in (f"{school.pk}/edit/", f"{school.pk}/cohorts/new/", f"cohorts/{cohort.pk}/edit/", f"cohorts/{cohort.pk}/sessions/new/"):
            assert client_of(person).get(f"/best-practice/{path}").status_code == status, path


def test_places_are_given_once_and_no_more(evgenia: Teacher, village_school: School) -> None:
    cohort = announce_cohort(prepare(open_school(village_school, by=evgenia), by=evgenia, places=1), by=evgenia)
    first, second = (apply(cohort, by=make_teacher(f"Кандидат {number}")) for number in range(2))
    accept_enrolment(first, by=evgenia)
    with pytest.raises(ValidationError):
        accept_enrolment(second, by=evgenia)
    with pytest.raises(ValidationError):
        accept_enrolment(first, by=evgenia)
    cohort.refresh_from_db()
    assert cohort.taken == 1
    leave_cohort(first, by=first.teacher)
    leave_cohort(first, by=first.teacher)
    accept_enrolment(second, by=evgenia)
    cohort.refresh_from_db()
    assert cohort.taken == 1


def test_a_teacher_applies_once_is_answered_and_told(client_of: Any, evgenia: Teacher, village_school: School, boris: Teacher) -> None:
    cohort = announce_cohort(prepare(open_school(village_school, by=evgenia), by=evgenia), by=evgenia)
    for _twice in range(2):
        client_of(boris).post(f"/best-practice/cohorts/{cohort.pk}/apply/", {"motivation": "Хочу больше опытов"})
    enrolment = Enrolment.objects.get()
    assert (enrolment.teacher, enrolment.school) == (boris, boris.school)
    tasks = client_of(evgenia).get("/tasks/").context["tasks"]
    assert f"/best-practice/cohorts/{cohort.pk}/" in [task.url for task in tasks]
    form = {"answer": "decline", "reason": ""}
    assert client_of(evgenia).post(f"/best-practice/participants/{enrolment.pk}/decide/", form).status_code == 200
    client_of(evgenia).post(f"/best-practice/participants/{enrolment.pk}/decide/", {"answer": "accept", "mentor": evgenia.pk})
    enrolment.refresh_from_db()
    assert (enrolment.decision, enrolment.mentor) == ("accepted", evgenia)
    assert Notification.objects.get(recipient=boris).kind == "enrolment"
    assert "ваш наставник" in client_of(boris).get(f"/best-practice/cohorts/{cohort.pk}/").content.decode()


def test_outside_the_call_nobody_applies(evgenia: Teacher, village_school: School, boris: Teacher) -> None:
    cohort = prepare(open_school(village_school, by=evgenia), by=evgenia)
    with pytest.raises(ValidationError):
        apply(cohort, by=boris)
    announce_cohort(cohort, by=evgenia)
    Cohort.objects.update(apply_from=TODAY() - datetime.timedelta(days=5), apply_until=TODAY() - datetime.timedelta(days=1))
    cohort.refresh_from_db()
    with pytest.raises(ValidationError):
        apply(cohort, by=boris)


def test_who_applied_is_seen_by_those_whom_it_concerns_alone(client_of: Any, evgenia: Teacher, village_school: School, boris: Teacher, anna: Teacher) -> None:
    cohort = announce_cohort(prepare(open_school(village_school, by=evgenia), by=evgenia), by=evgenia)
    enrolment = apply(cohort, by=boris, motivation="Личное")
    accept_enrolment(enrolment, by=evgenia)
    page = client_of(anna).get(f"/best-practice/cohorts/{cohort.pk}/").content.decode()
    assert "Королёв" not in page
    assert client_of(anna).get(f"/best-practice/participants/{enrolment.pk}/leave/").status_code == 404
    assert "Королёв" in client_of(evgenia).get(f"/best-practice/cohorts/{cohort.pk}/").content.decode()


def test_the_way_to_the_outcome(client_of: Any, evgenia: Teacher, village_school: School, boris: Teacher, anna: Teacher, daria: Teacher) -> None:
    school = open_school(village_school, by=evgenia)
    cohort = announce_cohort(prepare(school, by=evgenia, places=5), by=evgenia)
    ways = {person: apply(cohort, by=person) for person in (boris, anna, daria)}
    for enrolment in ways.values():
        accept_enrolment(enrolment, by=evgenia)
    gone = apply(cohort, by=make_teacher("Ушедшая"))
    accept_enrolment(gone, by=evgenia)
    leave_cohort(gone, by=gone.teacher)
    first, second = over(cohort)
    with pytest.raises(ValidationError):
        finish_cohort(cohort, by=evgenia)
    day = (TODAY() - datetime.timedelta(days=20)).isoformat()
    client_of(evgenia).post(f"/best-practice/sessions/{first.pk}/hold/", {"held_on": day, "present": [boris.pk, anna.pk], "outcome": "Да"})
    hold_session(second, by=evgenia, held_on=TODAY() - datetime.timedelta(days=19), present=[boris, anna], outcome="")
    work = stand("Итоговая", author=boris, status="published")
    ways[boris].refresh_from_db()
    hand_in_work(ways[boris], by=boris, work=work)
    client_of(evgenia).post(f"/best-practice/cohorts/{cohort.pk}/finish/")
    found = dict(Enrolment.objects.values_list("teacher__last_name", "outcome"))
    assert found == {"Королёв": "completed", "Власова": "attended", "Орлова": "not-completed", "Ушедшая": "withdrawn"}
    assert Enrolment.objects.get(teacher=boris).hours == 4
    # The ledger: each held session is one act of those present and of who organised it.
    assert Activity.objects.filter(verb="attended").count() == 4
    assert Activity.objects.filter(verb="organised", kind="best-practice-session").count() == 2
    other = make_school("Дальняя")
    Reuse.objects.create(material=work, version=work.versions.first(), teacher=make_teacher(school=other), school=other)
    Reuse.objects.create(material=work, version=work.versions.first(), teacher=boris, school=boris.school)
    page = client_of(anna).get("/best-practice/").content.decode()
    for words in ("1 выпускник", "1 опубликованная работа", "используется в 1 другой школе"):
        assert words in page
    # Nothing of a finished cohort changes any more.
    with pytest.raises(ValidationError):
        leave_cohort(ways[anna], by=anna)
    assert finish_cohort(cohort, by=evgenia).finished_at is not None


def test_a_correction_of_those_present_is_a_correction_of_the_ledger(evgenia: Teacher, village_school: School, boris: Teacher) -> None:
    cohort = announce_cohort(prepare(open_school(village_school, by=evgenia), by=evgenia, sessions=1), by=evgenia)
    accept_enrolment(apply(cohort, by=boris), by=evgenia)
    session = over(cohort)[0]
    for present in ([boris], []):
        hold_session(session, by=evgenia, held_on=TODAY(), present=present, outcome="")
        session.event.refresh_from_db()
    assert list(Activity.objects.filter(actor=boris).order_by("pk").values_list("delta", flat=True)) == [1, -1]


@pytest.mark.parametrize(
    ("hours", "held", "published", "needs_work", "outcome"),
    [
        (0, 0, True, True, "not-completed"),
        (75, 100, True, True, "completed"),
        (74, 100, True, True, "not-completed"),
        (100, 100, False, True, "attended"),
        (100, 100, False, False, "completed"),
    ],
)
def test_the_rule_of_graduation(hours: int, held: int, published: bool, needs_work: bool, outcome: str, evgenia: Teacher, boris: Teacher) -> None:
    rule = BestPracticeSchool(hours_percent=75, needs_work=needs_work)
    work = stand("Работа", author=boris, status="published" if published else "review")
    assert outcome_of(Enrolment(work=work), hours, held, rule) == outcome


def test_a_mentor_notes_one_act_a_day(evgenia: Teacher, village_school: School, boris: Teacher, anna: Teacher, client_of: Any) -> None:
    cohort = announce_cohort(prepare(open_school(village_school, by=evgenia), by=evgenia), by=evgenia)
    enrolment = apply(cohort, by=boris)
    accept_enrolment(enrolment, by=evgenia)
    enrolment.refresh_from_db()
    with pytest.raises(ValidationError):
        set_mentor(enrolment, by=evgenia, mentor=boris)
    set_mentor(enrolment, by=evgenia, mentor=anna)
    enrolment.refresh_from_db()
    for _twice in range(2):
        note_meeting(enrolment, by=anna, held_on=TODAY(), note="Разобрали план")
    with pytest.raises(ValidationError):
        note_meeting(enrolment, by=anna, held_on=TODAY() + datetime.timedelta(days=1), note="Рано")
    act = Activity.objects.get(verb="mentored")
    assert (act.actor, act.level, act.kind) == (anna, "inter-municipal", "mentoring")
    assert client_of(boris).get(f"/best-practice/participants/{enrolment.pk}/meetings/").status_code == 403


def test_only_one_s_own_work_that_went_to_review_is_handed_in(evgenia: Teacher, village_school: School, boris: Teacher, anna: Teacher, client_of: Any) -> None:
    cohort = announce_cohort(prepare(open_school(village_school, by=evgenia), by=evgenia), by=evgenia)
    enrolment = apply(cohort, by=boris)
    accept_enrolment(enrolment, by=evgenia)
    foreign, draft = stand("Чужая", author=anna, status="published"), stand("Черновик", author=boris, status="draft")
    for work in (foreign, draft):
        client_of(boris).post(f"/best-practice/participants/{enrolment.pk}/work/", {"work": work.pk})
    enrolment.refresh_from_db()
    assert enrolment.work is None


def test_the_next_cohort_copies_the_curriculum_with_its_days_moved(evgenia: Teacher, village_school: School) -> None:
    school = open_school(village_school, by=evgenia)
    first = prepare(school, by=evgenia, sessions=3)
    begins = TODAY() + datetime.timedelta(days=300)
    second = prepare_cohort(school, by=evgenia, apply_from=TODAY(), apply_until=TODAY(), places=3, begins_on=begins)
    before, after = list(first.sessions.all()), list(second.sessions.all())
    assert second.number == 2
    assert [session.title for session in after] == [session.title for session in before]
    assert timezone.localdate(after[0].starts_at) == begins
    # By the clock on the wall, whatever summer time does.
    assert {timezone.localtime(session.starts_at).time() for session in after} == {datetime.time(15)}
    assert (after[2].starts_at - after[0].starts_at).days == (before[2].starts_at - before[0].starts_at).days


def test_a_school_with_a_running_cohort_is_not_closed(evgenia: Teacher, village_school: School) -> None:
    school = open_school(village_school, by=evgenia)
    announce_cohort(prepare(school, by=evgenia), by=evgenia)
    with pytest.raises(ValidationError):
        close_best_practice(school, by=evgenia)


@pytest.mark.parametrize("size", [1, 12])
def test_pages_cost_the_same_at_two_sizes(size: int, client_of: Any, evgenia: Teacher, village_school: School, django_assert_num_queries: Any) -> None:
    for number in range(size):
        school = open_school(village_school, by=evgenia, title=f"Школа {number}")
        cohort = announce_cohort(prepare(school, by=evgenia, sessions=size, places=size), by=evgenia)
    for number in range(size):
        accept_enrolment(apply(cohort, by=make_teacher(f"Участник {number}")), by=evgenia)
    browser = client_of(evgenia)
    browser.get("/")
    for path, cost in (("/best-practice/", 11), (school.get_absolute_url(), 10), (cohort.get_absolute_url(), 8)):
        with django_assert_num_queries(cost):
            assert browser.get(path).status_code == 200, path
