"""From the proposal to the outcome: who may, what each step leaves, what may not be seen or done twice."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.actions.need import withdraw_need
from communities.actions.partnership import agree_partnership, propose_partnership
from communities.jobs import remind_stale
from communities.models import Community, Need, Notification, Partnership, PartnershipStep, Questionnaire, School, Teacher
from communities.models.school import Peculiarity
from communities.waiting import waiting_for
from metrics.models import Activity
from tests.factories.exchange import make_need, make_partnership
from tests.factories.people import make_school, make_teacher

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
ACTS = ("agreement", "refusal", "start", "outcome", "break")


@pytest.fixture
def need(village_school: School) -> Need:
    return make_need(village_school)


@pytest.fixture
def rita(lyceum: School) -> Teacher:
    """Coordinates the lyceum."""
    return make_teacher("Белова", "Рита", school=lyceum, is_coordinator=True)


@pytest.fixture
def stranger(db: Any) -> Teacher:
    """Coordinates a school that has nothing to do with it."""
    return make_teacher("Чужая", "Нина", school=make_school("Чужая школа"), is_coordinator=True)


def propose(browser: Client, need: Need, side: School | Community, message: str = "Можем по вторникам.") -> Any:
    kind = "school" if isinstance(side, School) else "community"
    return browser.post(reverse("partnership_new", args=[need.pk]), {"side": f"{kind}:{side.pk}", "message": message})


def act(browser: Client, partnership: Partnership, name: str, **values: str) -> Any:
    values = values or {"refusal": {"reason": "Нет часов."}, "break": {"reason": "Учитель уехал."}}.get(name, {})
    if name == "outcome" and not values:
        values = {"outcome": "reached", "report": "Провели восемь уроков."}
    return browser.post(reverse(f"partnership_{name}", args=[partnership.pk]), values)


def test_from_the_proposal_to_the_outcome(client_of: Any, need: Need, vera: Teacher, rita: Teacher, lyceum: School) -> None:
    response = propose(client_of(rita), need, lyceum)
    made = Partnership.objects.get()
    assert response["Location"] == made.get_absolute_url()
    assert (made.need, made.school, made.proposed_by_owner, made.state, made.message) == (need, lyceum, False, "proposed", "Можем по вторникам.")
    act(client_of(vera), made, "agreement")
    need.refresh_from_db()
    assert (need.taken, need.state, need.closed_on) == (1, "met", TODAY)
    act(client_of(rita), made, "start")
    act(client_of(vera), made, "outcome")
    made.refresh_from_db()
    assert (made.state, made.outcome, made.report) == ("finished", "reached", "Провели восемь уроков.")
    steps = [("proposed", rita.pk, False), ("agreed", vera.pk, True), ("running", rita.pk, False), ("finished", vera.pk, True)]
    assert list(made.steps.values_list("act", "by", "by_owner")) == steps
    acts = [("answered-need", rita.pk), ("agreed-partnership", vera.pk), ("finished-partnership", vera.pk)]
    assert list(Activity.objects.values_list("verb", "actor")) == acts
    assert set(Activity.objects.values_list("level", flat=True)) == {"inter-municipal"}
    # The need has left the list; what came of it stays between the two.
    assert "Провели восемь уроков." in client_of(rita).get(made.get_absolute_url()).content.decode()


def test_the_owner_asks_a_side_that_fits(client_of: Any, need: Need, vera: Teacher, rita: Teacher, lyceum: School) -> None:
    browser = client_of(vera)
    assert browser.post(reverse("partnership_invitation", args=[need.pk]), {"side": f"school:{lyceum.pk}"}).status_code == 302
    made = Partnership.objects.get()
    assert (made.school, made.proposed_by_owner) == (lyceum, True)
    assert not Activity.objects.exists()
    assert act(browser, made, "agreement").status_code == 403
    act(client_of(rita), made, "agreement")
    made.refresh_from_db()
    assert made.state == "agreed"
    assert list(Activity.objects.values_list("verb", "actor")) == [("answered-need", rita.pk), ("agreed-partnership", rita.pk)]


@pytest.mark.parametrize("side", ["", "school:999999", "community:1x", "school:" + "9" * 40, "\x00"])
def test_an_unknown_side_is_not_asked(side: str, client_of: Any, need: Need, vera: Teacher) -> None:
    assert client_of(vera).post(reverse("partnership_invitation", args=[need.pk]), {"side": side}).status_code == 302
    assert not Partnership.objects.exists()


def test_proposing_twice_is_proposing_once(client_of: Any, need: Need, rita: Teacher, lyceum: School) -> None:
    browser = client_of(rita)
    assert propose(browser, need, lyceum)["Location"] == propose(browser, need, lyceum)["Location"]
    assert (Partnership.objects.count(), Activity.objects.count()) == (1, 1)


def test_to_and_fro_ends_for_today(client_of: Any, need: Need, lyceum: School, rita: Teacher, vera: Teacher) -> None:
    """Three times one may think better of it; each time the other side is told. Tomorrow, and the other way round, it is possible again."""
    browser = client_of(rita)
    for _ in range(3):
        propose(browser, need, lyceum)
        act(browser, Partnership.objects.get(state="proposed"), "break", reason="Передумали.")
    letters = Notification.objects.filter(recipient=vera).count()
    assert "завтра" in form_errors(propose(browser, need, lyceum))["__all__"][0]
    assert (Partnership.objects.filter(state="proposed").count(), Notification.objects.filter(recipient=vera).count()) == (0, letters)
    client_of(vera).post(reverse("partnership_invitation", args=[need.pk]), {"side": f"school:{lyceum.pk}"})
    invitation = Partnership.objects.get(state="proposed")
    act(client_of(rita), invitation, "refusal")
    PartnershipStep.objects.filter(act="withdrawn").update(at=timezone.now() - datetime.timedelta(hours=25))
    assert propose(browser, need, lyceum).status_code == 302


def test_what_ended_with_the_need_was_not_taken_back(client_of: Any, need: Need, lyceum: School, rita: Teacher) -> None:
    for _ in range(3):
        old = make_partnership(need, lyceum, "withdrawn")
        PartnershipStep.objects.create(partnership=old, act="withdrawn", by_owner=True)
    assert propose(client_of(rita), need, lyceum).status_code == 302


def test_a_twin_that_is_declined_in_this_moment_is_told(client_of: Any, need: Need, lyceum: School, rita: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another proposal stood in the way and is gone before it can be shown."""

    def clash(**_values: Any) -> None:
        raise IntegrityError("one_live_answer_of_a_school")

    monkeypatch.setattr(Partnership.objects, "create", clash)
    assert "решено" in form_errors(propose(client_of(rita), need, lyceum))["__all__"][0]


def test_agreeing_twice_takes_one_place(client_of: Any, village_school: School, lyceum: School, vera: Teacher) -> None:
    need = make_need(village_school, load_limit=3)
    made, browser = make_partnership(need, lyceum), client_of(vera)
    for _ in range(2):
        assert act(browser, made, "agreement").status_code == 302
    need.refresh_from_db()
    assert (need.taken, need.state, Activity.objects.filter(verb="agreed-partnership").count()) == (1, "open", 1)


# --- what is refused -----------------------------------------------------------------------------------------------------


def form_errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return response.context["form"].errors


def test_the_own_need_is_not_answered(client_of: Any, need: Need, vera: Teacher, village_school: School) -> None:
    assert list(form_errors(propose(client_of(vera), need, village_school))) == ["side"]
    assert not Partnership.objects.exists()


def test_a_foreign_school_does_not_answer(client_of: Any, need: Need, rita: Teacher, stranger: Teacher, community: Community) -> None:
    for side in (stranger.school, community):
        assert list(form_errors(propose(client_of(rita), need, side))) == ["side"]
    assert list(form_errors(propose(client_of(make_teacher(school=rita.school)), need, rita.school))) == ["side"]
    assert not Partnership.objects.exists()


@pytest.mark.parametrize("state", ["withdrawn", "met", "closed"])
def test_a_need_that_is_over_is_not_answered(state: str, client_of: Any, need: Need, lyceum: School, evgenia: Teacher, rita: Teacher) -> None:
    Need.objects.filter(pk=need.pk).update(state=state, closed_on=TODAY)
    assert propose(client_of(rita), need, lyceum).status_code == 404
    response = propose(client_of(evgenia), need, lyceum)
    assert response.context["form"].non_field_errors()
    assert not Partnership.objects.exists()


def test_a_closed_school_does_not_become_a_partner(need: Need, lyceum: School, rita: Teacher) -> None:
    lyceum.closed_on = TODAY
    with pytest.raises(ValidationError) as refusal:
        propose_partnership(need, lyceum, by=rita)
    assert list(refusal.value.message_dict) == ["side"]


def test_a_withdrawn_offer_cannot_be_accepted(need: Need, lyceum: School, vera: Teacher, rita: Teacher) -> None:
    made = make_partnership(need, lyceum)
    stale = Partnership.objects.for_list().get()
    withdraw_need(need, by=vera)
    with pytest.raises(ValidationError):
        agree_partnership(stale, by=rita)
    made.refresh_from_db()
    need.refresh_from_db()
    assert (made.state, need.taken, need.state) == ("withdrawn", 0, "withdrawn")


def test_the_last_place_is_given_once(client_of: Any, need: Need, lyceum: School, vera: Teacher) -> None:
    first, second = make_partnership(need, lyceum), make_partnership(need, make_school())
    browser = client_of(vera)
    act(browser, first, "agreement")
    response = act(browser, second, "agreement")
    second.refresh_from_db()
    need.refresh_from_db()
    # With the last place the need has left the list, and what still waited has ended with it.
    assert (second.state, need.taken, need.state) == ("withdrawn", 1, "met")
    assert "больше не действует" in browser.get(response["Location"]).content.decode()


@pytest.mark.parametrize(("name", "values", "field"), [("refusal", {"reason": ""}, "reason"), ("break", {"reason": "а" * 501}, "reason")])
def test_a_reason_is_asked_for(name: str, values: dict[str, str], field: str, client_of: Any, need: Need, lyceum: School, vera: Teacher, rita: Teacher) -> None:
    made = make_partnership(need, lyceum)
    response = act(client_of(vera if name == "refusal" else rita), made, name, **values)
    assert response.status_code == 200
    assert list(response.context["refusal" if name == "refusal" else "breaking"].errors) == [field]
    made.refresh_from_db()
    assert made.state == "proposed"


@pytest.mark.parametrize("values", [{"outcome": "perfect", "report": "Да"}, {"outcome": "reached", "report": "\x00"}, {"outcome": "", "report": "а" * 2001}])
def test_a_bad_outcome_is_said_at_the_field(values: dict[str, str], client_of: Any, need: Need, lyceum: School, vera: Teacher) -> None:
    made = make_partnership(need, lyceum, "running")
    assert act(client_of(vera), made, "outcome", **values).context["outcome"].errors
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("running", "")


# --- declining and breaking off -------------------------------------------------------------------------------------------


def test_declining_says_why(client_of: Any, need: Need, lyceum: School, vera: Teacher, rita: Teacher) -> None:
    made = make_partnership(need, lyceum)
    act(client_of(vera), made, "refusal", reason="Уже нашли рядом.")
    made.refresh_from_db()
    assert made.state == "declined"
    assert "Уже нашли рядом." in client_of(rita).get(made.get_absolute_url()).content.decode()
    # Asked again, it is another proposal.
    propose(client_of(rita), need, lyceum)
    assert Partnership.objects.filter(state="proposed").count() == 1


def test_a_proposal_taken_back_was_no_answer(client_of: Any, need: Need, lyceum: School, rita: Teacher) -> None:
    propose(client_of(rita), need, lyceum)
    act(client_of(rita), Partnership.objects.get(), "break")
    assert Partnership.objects.get().state == "withdrawn"
    assert list(Activity.objects.values_list("verb", "delta")) == [("answered-need", 1), ("answered-need", -1)]
    need.refresh_from_db()
    assert (need.taken, need.state) == (0, "open")


def test_what_is_broken_off_gives_the_place_back(client_of: Any, need: Need, lyceum: School, rita: Teacher) -> None:
    made = make_partnership(need, lyceum, "agreed")
    assert need.state == "met"
    for _ in range(2):
        act(client_of(rita), made, "break", reason="Учитель уехал.")
    need.refresh_from_db()
    assert (need.taken, need.state, need.closed_on) == (0, "open", None)
    assert list(need.steps.values_list("act", flat=True)) == ["opened", "reopened"]
    assert list(made.steps.values_list("act", "by_owner", "reason")) == [("proposed", False, ""), ("withdrawn", False, "Учитель уехал.")]


def test_breaking_off_does_not_bring_back_what_was_withdrawn(client_of: Any, village_school: School, lyceum: School, vera: Teacher, rita: Teacher) -> None:
    need = make_need(village_school, load_limit=2)
    made = make_partnership(need, lyceum, "running")
    withdraw_need(need, by=vera)
    act(client_of(rita), made, "break")
    need.refresh_from_db()
    assert (need.taken, need.state) == (0, "withdrawn")


# --- who sees, who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"), [("vera", 200), ("rita", 200), ("evgenia", 200), ("stranger", 404), ("anna", 404), ("gleb", 404), ("zakhar", 403), ("visitor", 302)]
)
def test_what_partners_write_is_theirs(who: str, status: int, request: Any, client_of: Any, need: Need, lyceum: School, rita: Teacher) -> None:
    made = make_partnership(need, lyceum, "finished", message="Секретное слово", outcome="partly", report="Секретный итог")
    browser = client_of(request.getfixturevalue(who))
    response = browser.get(made.get_absolute_url())
    assert response.status_code == status
    assert ("Секретный итог" in response.content.decode()) == (status == 200)
    if status == 404:
        assert response.content == browser.get(reverse("partnership", args=[made.pk + 1000])).content
        for name in ACTS:
            assert act(browser, made, name).status_code == 404
    everywhere = [reverse("need", args=[need.pk]), "/exchange/", "/exchange/mine/", "/exchange/map/", need.school.get_absolute_url(), "/"]
    if who not in ("vera", "rita", "evgenia"):
        assert not any("Секретн" in browser.get(path).content.decode() for path in everywhere)
        assert f"partnership:{made.pk}" not in "".join(browser.get(path).content.decode() for path in everywhere)


def test_each_act_belongs_to_its_side(client_of: Any, need: Need, lyceum: School, vera: Teacher, rita: Teacher) -> None:
    made = make_partnership(need, lyceum)
    # Рита has proposed: she may take it back, not answer it; nobody begins or reports before both agree.
    assert [act(client_of(rita), made, name).status_code for name in ("agreement", "refusal")] == [403, 403]
    assert act(client_of(vera), made, "break").status_code == 403
    for name in ("start", "outcome"):
        act(client_of(vera), made, name)
        made.refresh_from_db()
        assert made.state == "proposed"


def test_pages_cost_few_queries(client_of: Any, need: Need, lyceum: School, vera: Teacher, django_assert_num_queries: Any) -> None:
    made, browser = make_partnership(need, lyceum), client_of(vera)
    with django_assert_num_queries(7):
        browser.get(made.get_absolute_url())


@pytest.mark.parametrize("name", [f"partnership_{name}" for name in ("new", "invitation", *ACTS)])
def test_get_changes_nothing(name: str, client_of: Any, need: Need, lyceum: School, vera: Teacher) -> None:
    made = make_partnership(need, lyceum)
    assert client_of(vera).get(reverse(name, args=[need.pk if name.endswith(("new", "invitation")) else made.pk])).status_code == 405
    made.refresh_from_db()
    assert made.state == "proposed"


# --- who is told, what waits -----------------------------------------------------------------------------------------------------


def told(teacher: Teacher) -> list[str]:
    return list(Notification.objects.visible_to(teacher).order_by("pk").values_list("kind", flat=True))


def test_both_sides_are_told_of_each_step(client_of: Any, need: Need, lyceum: School, vera: Teacher, rita: Teacher, anna: Teacher, stranger: Teacher) -> None:
    propose(client_of(rita), need, lyceum)
    made = Partnership.objects.get()
    assert (told(vera), told(rita)) == (["proposal"], [])
    act(client_of(vera), made, "agreement")
    act(client_of(rita), made, "start")
    act(client_of(vera), made, "outcome")
    assert (told(vera), told(rita)) == (["proposal", "partnership"], ["partnership", "partnership"])
    assert told(anna) == told(stranger) == []
    page = client_of(vera).get(reverse("notification_list")).content.decode()
    assert "Предлагают партнёрство" in page


def test_whose_proposal_ends_with_the_need_is_told(client_of: Any, need: Need, lyceum: School, vera: Teacher, rita: Teacher) -> None:
    make_partnership(need, lyceum)
    client_of(vera).post(reverse("need_withdrawal", args=[need.pk]))
    assert told(rita) == ["partnership"]


def test_what_stands_still_is_reminded_of_in_measure(village_school: School, lyceum: School, vera: Teacher, rita: Teacher) -> None:
    need = make_need(village_school, load_limit=2)
    made = make_partnership(need, lyceum, since=timezone.now() - datetime.timedelta(days=8))
    make_partnership(need, make_school(), since=timezone.now() - datetime.timedelta(days=6))
    days = [TODAY + datetime.timedelta(days=number) for number in (0, 0, 1, 13, 14, 14)]
    assert [remind_stale(day) for day in days] == [1, 0, 1, 0, 1, 0]
    assert list(made.steps.values_list("act", flat=True)) == ["proposed", "reminded", "reminded"]
    assert told(rita).count("partnership-reminder") == 2
    # An answer begins the measure anew.
    agree_partnership(Partnership.objects.for_list().get(pk=made.pk), by=vera)
    made.refresh_from_db()
    assert (made.state, made.reminded_on) == ("agreed", None)
    assert [remind_stale(TODAY + datetime.timedelta(days=number)) for number in (14, 20, 21)] == [0, 1, 1]


def tasks(teacher: Teacher) -> list[tuple[str, str]]:
    return [(task.verb, task.title) for task in waiting_for(Teacher.objects.get(pk=teacher.pk))]


def test_what_waits_has_its_verb(need: Need, village_school: School, lyceum: School, vera: Teacher, rita: Teacher, anna: Teacher) -> None:
    passport = ("Заполнить паспорт", "Паспорт школы")
    assert tasks(anna) == []
    assert (tasks(vera), tasks(rita)) == ([passport], [passport])
    make_need(lyceum, "offer", "Уроки физики")
    answer = ("Ответить на запрос", "1 запрос подходит к тому, что вы предлагаете")
    assert tasks(rita) == [answer, passport]
    made = make_partnership(need, lyceum)
    assert tasks(rita) == [passport]
    assert tasks(vera) == [("Ответить на предложение", need.title), passport]
    agree_partnership(Partnership.objects.for_list().get(pk=made.pk), by=vera)
    assert tasks(vera) == [passport]
    Partnership.objects.update(since=timezone.now() - datetime.timedelta(days=61))
    assert tasks(vera) == tasks(rita) == [("Сообщить об итоге", need.title), passport]
    # Each side reads with whom, not its own name.
    for teacher, other in ((vera, lyceum), (rita, village_school)):
        assert waiting_for(Teacher.objects.get(pk=teacher.pk))[0].detail == other.short_name
    for peculiarity in Peculiarity:
        Questionnaire.objects.create(school=village_school, peculiarity=peculiarity, answers={}, filled_by=vera)
    assert tasks(vera) == [("Сообщить об итоге", need.title)]


@pytest.mark.parametrize(
    ("asked", "offered", "meets"), [("physics", "physics", True), ("physics", "", True), ("", "physics", True), ("", "", True), ("physics", "chemistry", False)]
)
def test_an_offer_meets_a_request_unless_the_subjects_differ(
    asked: str, offered: str, meets: bool, village_school: School, lyceum: School, rita: Teacher
) -> None:
    make_need(village_school, subject=asked)
    make_need(lyceum, "offer", "Уроки рядом", subject=offered)
    assert ("Ответить на запрос" in dict(tasks(rita))) == meets


def test_tasks_of_the_exchange_cost_no_query_of_their_own(need: Need, lyceum: School, vera: Teacher, django_assert_num_queries: Any) -> None:
    for number in (1, 4):
        for _each in range(number):
            make_partnership(need, make_school())
        teacher = Teacher.objects.get(pk=vera.pk)
        with django_assert_num_queries(2):
            assert waiting_for(teacher)
