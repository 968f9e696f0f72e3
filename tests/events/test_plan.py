"""Plans of work: who writes and approves them, the baseline, moves, evidence, papers, what waits."""

import datetime
import io
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import Community, School, Teacher
from events.actions.plan import approve_plan, begin_plan, close_item, edit_item
from events.models import Event, Plan, PlanItem
from foundation.school_years import school_year
from metrics.models import Activity
from tests.factories.events import coming, make_event, make_item, make_plan, past_event
from tests.factories.people import join, make_school, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
YEAR = school_year(timezone.localdate())


def test_a_leader_writes_and_approves_the_plan_of_the_community(client_of: Any, community: Community, daria: Teacher, visitor: Any) -> None:
    browser = client_of(daria)
    answer = browser.post(f"/communities/{community.slug}/plan/new/", {"school_year": YEAR, "goal": "Больше опытов"})
    plan = Plan.objects.get()
    assert answer["Location"] == f"/plans/{plan.pk}/"
    item = {"title": "Открытый урок", "kind": "open-lesson", "planned_on": TODAY().isoformat(), "responsible": daria.pk}
    assert browser.post(f"/plans/{plan.pk}/items/new/", item).status_code == 302
    # A draft is for members alone.
    assert client_of(visitor).get(f"/plans/{plan.pk}/").status_code == 404
    browser.post(f"/plans/{plan.pk}/decide/", {"act": "approve"})
    plan.refresh_from_db()
    assert plan.approved_by == daria
    assert PlanItem.objects.get().baseline_on == TODAY()
    page = client_of(visitor).get(f"/communities/{community.slug}/plan/").content.decode()
    assert "Открытый урок" in page
    # Names of teachers are not for visitors.
    assert "Орлова" not in page


def test_only_the_head_approves_the_plan_of_a_school(
    client_of: Any, village_school: School, anna: Teacher, vera: Teacher, gleb: Teacher, evgenia: Teacher
) -> None:
    plan = make_plan(village_school, by=vera)
    for person in (vera, evgenia, anna):
        client_of(person).post(f"/plans/{plan.pk}/decide/", {"act": "approve"})
        assert not Plan.objects.get().is_approved
    client_of(vera).post(f"/plans/{plan.pk}/decide/", {"act": "submit"})
    tasks = client_of(gleb).get("/tasks/").context["tasks"]
    assert [task.url for task in tasks if task.verb == "Прочитать и утвердить"] == [f"/plans/{plan.pk}/"]
    client_of(gleb).post(f"/plans/{plan.pk}/decide/", {"act": "return"})
    assert Plan.objects.get().submitted_at is None
    client_of(vera).post(f"/plans/{plan.pk}/decide/", {"act": "submit"})
    client_of(gleb).post(f"/plans/{plan.pk}/decide/", {"act": "approve"})
    assert Plan.objects.get().approved_by == gleb


def test_who_may_not_write_is_refused_and_strangers_see_no_draft(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    join(community, anna)
    plan = make_plan(community, by=daria)
    assert client_of(anna).get(f"/plans/{plan.pk}/").status_code == 200
    assert client_of(anna).get(f"/plans/{plan.pk}/items/new/").status_code == 403
    assert client_of(anna).get(f"/communities/{community.slug}/plan/new/").status_code == 403
    assert client_of(boris).get(f"/plans/{plan.pk}/").status_code == 404
    assert client_of(boris).get(f"/plans/{plan.pk}/plan.docx").status_code == 404


def test_the_baseline_stays_whatever_is_moved(community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria, approved_by=daria, items=1)
    item = plan.items.get()
    told = {name: getattr(item, name) for name in ("title", "kind", "level", "direction", "responsible", "responsible_words")}
    later = TODAY() + datetime.timedelta(days=14)
    with pytest.raises(ValidationError) as refused:
        edit_item(item, by=daria, planned_on=later, **told)
    assert set(refused.value.error_dict) == {"reason"}
    edit_item(item, by=daria, planned_on=later, reason="карантин", **told)
    item.refresh_from_db()
    assert (item.baseline_on, item.planned_on, item.status, item.reason) == (TODAY(), later, "postponed", "карантин")
    # Moved back it is planned again.
    edit_item(item, by=daria, planned_on=TODAY(), reason="карантин снят", **told)
    item.refresh_from_db()
    assert item.status == "planned"


def test_what_is_added_after_the_approval_is_beyond_the_plan(client_of: Any, community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria, approved_by=daria, items=1)
    make_item(plan, by=daria, title="Сверх")
    page = client_of(daria).get(f"/plans/{plan.pk}/")
    assert (page.context["figures"].in_plan, page.context["figures"].off_plan) == (1, 1)
    assert page.content.decode().count('<span class="tag info">сверх плана') == 1


def test_a_cancelled_item_stays_with_its_reason_and_one_of_a_draft_goes(client_of: Any, community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria, items=2)
    first, second = plan.items.all()
    client_of(daria).post(f"/plans/items/{first.pk}/cancel/")
    assert list(plan.items.all()) == [second]
    approve_plan(plan, by=daria)
    assert client_of(daria).post(f"/plans/items/{second.pk}/cancel/", {"reason": ""}).status_code == 200
    client_of(daria).post(f"/plans/items/{second.pk}/cancel/", {"reason": "нет автобуса"})
    second.refresh_from_db()
    assert (second.status, second.reason, second.cancelled_on) == ("cancelled", "нет автобуса", TODAY())


def test_an_item_is_closed_by_minutes_and_the_responsible_has_an_act(client_of: Any, community: Community, daria: Teacher, boris: Teacher) -> None:
    join(community, boris)
    plan = make_plan(community, by=daria)
    item = make_item(plan, by=daria, responsible=boris, kind="meeting")
    approve_plan(plan, by=daria)
    form = {"held_on": TODAY().isoformat(), "event": "", "material": "", "minutes": ""}
    page = client_of(daria).post(f"/plans/items/{item.pk}/close/", form).content.decode()
    assert "Укажите подтверждение" in page
    client_of(daria).post(f"/plans/items/{item.pk}/close/", {**form, "minutes": "Обсудили приборы. Решили купить."})
    item.refresh_from_db()
    assert (item.status, item.held_on) == ("held", TODAY())
    act = Activity.objects.get(verb="carried-out-item")
    assert (act.actor, act.kind, act.community, act.occurred_on) == (boris, "meeting", community, TODAY())
    paper = docx.Document(io.BytesIO(client_of(boris).get(f"/plans/items/{item.pk}/minutes.docx").content))
    words = [line.text for line in paper.paragraphs]
    assert "ПРОТОКОЛ ЗАСЕДАНИЯ" in words
    assert "Обсудили приборы. Решили купить." in words


def test_closing_twice_is_one_act_and_the_future_is_refused(community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria, approved_by=daria, items=1)
    item = plan.items.get()
    with pytest.raises(ValidationError):
        close_item(item, by=daria, held_on=TODAY() + datetime.timedelta(days=1), minutes="Рано")
    for _twice in range(2):
        close_item(item, by=daria, held_on=TODAY(), minutes="Да")
    assert Activity.objects.filter(verb="carried-out-item").count() == 1


def test_nothing_of_a_draft_is_carried_out(community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria, items=1)
    with pytest.raises(ValidationError):
        close_item(plan.items.get(), by=daria, held_on=TODAY(), minutes="Да")


def test_a_published_material_closes_an_item_and_a_draft_does_not(client_of: Any, community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria, approved_by=daria, items=1)
    item = plan.items.get()
    draft = stand("Черновик", author=daria, status="draft", community=community)
    form = {"held_on": TODAY().isoformat(), "material": draft.pk}
    assert client_of(daria).post(f"/plans/items/{item.pk}/close/", form).status_code == 200
    published = stand("Готово", author=daria, status="published", community=community)
    client_of(daria).post(f"/plans/items/{item.pk}/close/", {**form, "material": published.pk})
    item.refresh_from_db()
    assert (item.status, item.material) == ("held", published)


def test_a_held_event_closes_its_item_and_counts_once_for_its_organiser(client_of: Any, community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria)
    item = make_item(plan, by=daria, responsible=daria, kind="seminar")
    approve_plan(plan, by=daria)
    event = past_event(community, by=daria, plan_item=item)
    client_of(daria).post(f"/events/{event.pk}/report/", {"held_on": (TODAY() - datetime.timedelta(days=3)).isoformat(), "outcome": "Удалось"})
    item.refresh_from_db()
    assert (item.status, item.held_on) == ("held", TODAY() - datetime.timedelta(days=3))
    assert list(Activity.objects.values_list("verb", flat=True)) == ["organised"]


def test_an_event_that_was_held_apart_proves_one_item_alone(client_of: Any, community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria, approved_by=daria, items=2)
    first, second = plan.items.all()
    event = past_event(community, by=daria)
    client_of(daria).post(f"/events/{event.pk}/report/", {"held_on": (TODAY() - datetime.timedelta(days=3)).isoformat(), "outcome": "Да"})
    client_of(daria).post(f"/plans/items/{first.pk}/close/", {"held_on": TODAY().isoformat(), "event": event.pk})
    assert Event.objects.get().plan_item == first
    page = client_of(daria).get(f"/plans/items/{second.pk}/close/").content.decode()
    assert event.title not in page


def test_next_year_takes_the_items_to_the_same_weekday(community: Community, daria: Teacher) -> None:
    last = begin_plan(community, by=daria, school_year=YEAR)
    item = make_item(last, by=daria, planned_on=datetime.date(YEAR, 10, 15))
    plan = begin_plan(community, by=daria, school_year=YEAR + 1, like=last)
    copied = plan.items.get()
    assert (copied.title, copied.planned_on) == (item.title, datetime.date(YEAR, 10, 15) + datetime.timedelta(weeks=52))
    assert copied.planned_on.weekday() == item.planned_on.weekday()


def test_an_item_lies_within_its_school_year(client_of: Any, community: Community, daria: Teacher) -> None:
    plan = make_plan(community, by=daria)
    form = {"title": "Позже", "kind": "meeting", "planned_on": f"{YEAR + 3}-10-01"}
    page = client_of(daria).post(f"/plans/{plan.pk}/items/new/", form).content.decode()
    assert "План составлен на" in page
    assert plan.items.count() == 3


def test_the_papers_open_and_tell_the_plan(client_of: Any, village_school: School, vera: Teacher, gleb: Teacher) -> None:
    plan = make_plan(village_school, by=vera, approved_by=gleb, goal="Подготовить кабинет")
    paper = docx.Document(io.BytesIO(client_of(vera).get(f"/plans/{plan.pk}/plan.docx").content))
    words = [line.text for line in paper.paragraphs]
    assert f"План работы на {plan.year_words} учебный год" in words
    assert any("УТВЕРЖДАЮ" in line and "Сомов" in line for line in words)
    assert [row.cells[1].text for row in paper.tables[0].rows] == ["Название", "Пункт 1", "Пункт 2", "Пункт 3"]


def test_the_head_signs_the_analysis_and_it_stays(client_of: Any, village_school: School, vera: Teacher, gleb: Teacher) -> None:
    plan = make_plan(village_school, by=vera, approved_by=gleb)
    client_of(vera).post(f"/plans/{plan.pk}/analysis/", {"report": "Год прошёл"})
    assert client_of(vera).post(f"/plans/{plan.pk}/analysis/", {"report": "Год прошёл", "sign": "1"}).status_code == 403
    client_of(gleb).post(f"/plans/{plan.pk}/analysis/", {"report": "Год прошёл хорошо", "sign": "1"})
    client_of(vera).post(f"/plans/{plan.pk}/analysis/", {"report": "Иначе"})
    plan.refresh_from_db()
    assert (plan.report, plan.signed_by) == ("Год прошёл хорошо", gleb)
    paper = docx.Document(io.BytesIO(client_of(vera).get(f"/plans/{plan.pk}/analysis.docx").content))
    assert any("Подписано на портале" in line.text and "Сомов" in line.text for line in paper.paragraphs)


def test_late_items_wait_for_the_responsible_and_are_counted_for_the_leader(client_of: Any, community: Community, daria: Teacher, boris: Teacher) -> None:
    join(community, boris)
    plan = make_plan(community, by=daria, items=0)
    for number in range(2):
        make_item(plan, by=daria, title=f"Опоздали {number}", responsible=boris, planned_on=TODAY() - datetime.timedelta(days=2 + number))
    approve_plan(plan, by=daria)
    tasks = client_of(boris).get("/tasks/").context["tasks"]
    assert sorted(task.title for task in tasks if task.verb == "Выполнить") == ["Опоздали 0", "Опоздали 1"]
    tasks = client_of(daria).get("/tasks/").context["tasks"]
    assert [task.title for task in tasks if task.verb == "Открыть план"] == ["2 пункта плана опаздывают"]


@pytest.mark.parametrize("size", [2, 30])
def test_a_plan_costs_the_same_whatever_its_length(size: int, client_of: Any, community: Community, daria: Teacher, django_assert_num_queries: Any) -> None:
    plan = make_plan(community, by=daria, items=size)
    approve_plan(plan, by=daria)
    browser = client_of(daria)
    browser.get("/")
    with django_assert_num_queries(7):
        assert browser.get(f"/plans/{plan.pk}/").status_code == 200


def test_a_community_of_another_owner_offers_no_foreign_items(client_of: Any, community: Community, daria: Teacher) -> None:
    other = make_school("Чужая")
    chief = make_teacher("Чужой", school=other, is_coordinator=True, is_head=True)
    item = make_item(make_plan(other, by=chief, items=0), by=chief, title="Чужой пункт")
    approve_plan(item.plan, by=chief)
    assert "Чужой пункт" not in client_of(daria).get(f"/events/new/?owner=community:{community.pk}").content.decode()
    event = make_event(community, by=daria, starts_at=coming(3))
    assert "Чужой пункт" not in client_of(daria).get(f"/events/{event.pk}/edit/").content.decode()
