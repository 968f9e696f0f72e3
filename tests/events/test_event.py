"""Events: who holds, proposes and sees them; writing, moving, cancelling, reporting; calendars and feeds; what leaks."""

import datetime
import json
import re
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar

from communities.models import Community, Notification, School, Teacher
from events.actions.attendance import mark, unmark
from events.actions.registration import register
from events.models import Event, Feedback, Participation
from metrics.models import Activity
from tests.factories.events import coming, make_event, past_event
from tests.factories.people import join, make_community, make_municipality, make_school, make_teacher
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def form(**more: Any) -> dict[str, Any]:
    day = (TODAY() + datetime.timedelta(days=7)).isoformat()
    told = {"title": "Открытый урок", "kind": "open-lesson", "audience": "teachers", "starts_on": day, "starts_time": "15:00", "ends_time": "16:30"}
    return told | {"format": "onsite", "place": "каб. 14", "visibility": "public", "has_registration": "on"} | more


def test_a_leader_writes_a_draft_and_announces_it(client_of: Any, community: Community, daria: Teacher, anna: Teacher, visitor: Any) -> None:
    join(community, anna)
    answer = client_of(daria).post(f"/events/new/?owner=community:{community.pk}", form(organisers=[daria.pk]))
    event = Event.objects.get()
    assert answer["Location"] == event.get_absolute_url()
    assert client_of(anna).get(event.get_absolute_url()).status_code == 404
    client_of(daria).post(f"/events/{event.pk}/decide/", {"act": "announce"})
    assert client_of(visitor).get(event.get_absolute_url()).status_code == 200
    assert f'data-object="event:{event.pk}"' in client_of(visitor).get("/events/").content.decode()
    assert list(event.organisers.all()) == [daria]


def test_a_member_proposes_and_a_leader_decides(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    join(community, anna)
    client_of(anna).post(f"/events/new/?owner=community:{community.pk}", form())
    event = Event.objects.get()
    client_of(anna).post(f"/events/{event.pk}/decide/", {"act": "announce"})
    event.refresh_from_db()
    assert event.status == "draft"
    client_of(anna).post(f"/events/{event.pk}/decide/", {"act": "propose"})
    tasks = client_of(daria).get("/tasks/").context["tasks"]
    assert [task.url for task in tasks if task.verb == "Решить"] == [event.get_absolute_url()]
    client_of(daria).post(f"/events/{event.pk}/decide/", {"act": "return", "note": "Добавьте программу"})
    event.refresh_from_db()
    assert event.status == "draft"
    client_of(anna).post(f"/events/{event.pk}/decide/", {"act": "propose"})
    client_of(daria).post(f"/events/{event.pk}/decide/", {"act": "announce"})
    event.refresh_from_db()
    assert event.status == "planned"


def test_strangers_hold_nothing_for_a_foreign_community(client_of: Any, community: Community, boris: Teacher, daria: Teacher) -> None:
    page = client_of(boris).post(f"/events/new/?owner=community:{community.pk}", form())
    assert page.status_code == 200
    assert Event.objects.count() == 0
    event = make_event(community, by=daria)
    for path in ("edit", "cancel", "report", "materials", "programme", "attendance", "registrations"):
        assert client_of(boris).get(f"/events/{event.pk}/{path}/").status_code == 403, path


def test_what_is_for_members_does_not_exist_for_others(client_of: Any, community: Community, daria: Teacher, boris: Teacher, visitor: Any) -> None:
    event = make_event(community, by=daria, title="Тайная встреча", visibility="community", starts_at=coming(5))
    absent = client_of(boris).get("/events/999999-net/")
    hidden = client_of(boris).get(event.get_absolute_url())
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    for person in (boris, visitor):
        for path in ("/events/", f"/events/calendar/?month={event.starts_at:%Y-%m}", f"/communities/{community.slug}/events/", "/search/?q=Тайная"):
            assert "Тайная встреча" not in client_of(person).get(path).content.decode(), path
    for path in ("/feeds/events.atom", f"{event.get_absolute_url()}event.ics"):
        assert b"\xd0\xa2\xd0\xb0\xd0\xb9" not in client_of(visitor).get(path).content
    assert "Тайная".encode() not in b"".join(client_of(visitor).get("/feeds/events.ics"))
    assert "Тайная".encode() not in b"".join(client_of(visitor).get(f"/feeds/communities/{community.slug}/events.ics"))
    # Leaving takes effect with the next request.
    place = join(community, boris)
    assert client_of(boris).get(event.get_absolute_url()).status_code == 200
    place.left_on = TODAY()
    place.save()
    assert client_of(boris).get(event.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_time": "14:00"}, "ends_time"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"title": ""}, "title"),
        ({"audience": "pupils"}, "grade_from"),
        ({"audience": "pupils", "grade_from": "9", "grade_to": "5"}, "grade_to"),
        ({"capacity": "0"}, "capacity"),
        ({"registration_until": "2090-01-01"}, "registration_until"),
        ({"more_organisers": "nobody@example.org"}, "more_organisers"),
        ({"organisers": ["99999999999999999999999"]}, "organisers"),
        ({"host_schools": ["net\x00"]}, "host_schools"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(wrong: dict[str, Any], field: str, client_of: Any, community: Community, daria: Teacher) -> None:
    page = client_of(daria).post(f"/events/new/?owner=community:{community.pk}", form(**wrong))
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert f'href="#id_{field}"' in page.content.decode()
    assert Event.objects.count() == 0


def test_the_same_form_sent_twice_makes_one_event(client_of: Any, community: Community, daria: Teacher) -> None:
    browser = client_of(daria)
    key = re.search(r'name="form_key" value="([^"]+)"', browser.get(f"/events/new/?owner=community:{community.pk}").content.decode())[1]
    for _twice in range(2):
        browser.post(f"/events/new/?owner=community:{community.pk}", form(form_key=key))
    assert Event.objects.count() == 1


def test_who_is_registered_is_told_of_a_move_and_of_the_end(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    event = make_event(community, by=daria)
    register(event, teacher=anna, by=anna)
    later = (TODAY() + datetime.timedelta(days=9)).isoformat()
    client_of(daria).post(f"/events/{event.pk}/edit/", form(starts_on=later, organisers=[daria.pk]))
    assert [notice.kind for notice in Notification.objects.filter(recipient=anna)] == ["event-moved"]
    page = client_of(daria).get(f"/events/{event.pk}/cancel/").content.decode()
    assert "Записан 1 человек" in page
    client_of(daria).post(f"/events/{event.pk}/cancel/", {"reason": "Мороз"})
    event.refresh_from_db()
    assert (event.status, event.cancel_reason) == ("cancelled", "Мороз")
    assert set(Notification.objects.filter(recipient=anna).values_list("kind", flat=True)) == {"event-moved", "event-cancelled"}


def test_a_report_writes_one_act_a_person_whatever_their_roles(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    event = past_event(community, by=daria, kind="open-lesson")
    for person in (anna, boris, daria):
        mark(event, person, by=daria)
    mark(event, boris, by=daria, role="speaker")
    assert Activity.objects.count() == 0
    day = TODAY() - datetime.timedelta(days=3)
    client_of(daria).post(f"/events/{event.pk}/report/", {"held_on": day.isoformat(), "outcome": "Разобрали три опыта"})
    acts = {(act.actor, act.verb, act.kind, act.level, act.occurred_on, act.delta) for act in Activity.objects.all()}
    level = "inter-municipal"
    assert acts == {
        (daria, "organised", "open-lesson", level, day, 1),
        (anna, "attended", "open-lesson", level, day, 1),
        (boris, "attended", "open-lesson", level, day, 1),
    }
    # Reported twice it is held once.
    client_of(daria).post(f"/events/{event.pk}/report/", {"held_on": TODAY().isoformat(), "outcome": "Иначе"})
    event.refresh_from_db()
    assert (event.held_on, event.outcome) == (day, "Иначе")
    assert Activity.objects.count() == 3


def test_a_correction_of_the_list_takes_the_act_back(community: Community, daria: Teacher, anna: Teacher, client_of: Any) -> None:
    event = past_event(community, by=daria)
    mark(event, anna, by=daria)
    client_of(daria).post(f"/events/{event.pk}/report/", {"held_on": (TODAY() - datetime.timedelta(days=3)).isoformat(), "outcome": "Да"})
    unmark(event, anna, by=daria)
    assert list(Activity.objects.filter(actor=anna).order_by("pk").values_list("verb", "delta")) == [("attended", 1), ("attended", -1)]
    mark(event, anna, by=daria)
    assert sum(Activity.objects.filter(actor=anna).values_list("delta", flat=True)) == 1


@pytest.mark.parametrize(("schools", "level"), [("one", "school"), ("two", "inter-school"), ("far", "inter-municipal"), ("said", "regional")])
def test_the_level_follows_the_schools_unless_it_is_said(schools: str, level: str, client_of: Any, evgenia: Teacher) -> None:
    here, there = make_municipality("Ближний"), make_municipality("Дальний")
    first, second, far = make_school("Первая", municipality=here), make_school("Вторая", municipality=here), make_school("Третья", municipality=there)
    places = {"one": [first, first], "two": [first, second], "far": [first, far], "said": [first, first]}[schools]
    event = past_event(first, by=evgenia, organisers=[make_teacher(school=first)], level="regional" if schools == "said" else "")
    for school in places:
        mark(event, make_teacher(school=school), by=evgenia)
    client_of(evgenia).post(f"/events/{event.pk}/report/", {"held_on": TODAY().isoformat(), "outcome": "Да"})
    assert set(Activity.objects.values_list("level", flat=True)) == {level}


def test_a_day_to_come_is_no_report(client_of: Any, community: Community, daria: Teacher) -> None:
    event = past_event(community, by=daria)
    tomorrow = (TODAY() + datetime.timedelta(days=1)).isoformat()
    page = client_of(daria).post(f"/events/{event.pk}/report/", {"held_on": tomorrow, "outcome": "Да"}).content.decode()
    assert "Этот день ещё не наступил." in page
    event.refresh_from_db()
    assert event.status == "planned"


def test_an_event_that_is_over_waits_for_its_report(client_of: Any, community: Community, daria: Teacher) -> None:
    event = past_event(community, by=daria)
    tasks = client_of(daria).get("/").context["tasks"]
    assert [task.url for task in tasks if task.verb == "Отчитаться"] == [f"/events/{event.pk}/report/"]


def test_home_shows_what_is_soon_and_not_what_one_may_no_longer_see(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    place = join(community, anna)
    event = make_event(community, by=daria, visibility="community", starts_at=coming(2))
    make_event(community, by=daria, title="Далеко", starts_at=coming(60))
    register(event, teacher=anna, by=anna)
    soon = client_of(anna).get("/").context["soon"]
    assert [(entry.title, entry.is_registered, entry.starts_at) for entry in soon] == [("Семинар по оптике", True, event.starts_at)]
    place.left_on = TODAY()
    place.save()
    assert client_of(anna).get("/").context["soon"] == []


def test_a_public_event_is_described_for_search_engines_and_a_closed_one_is_not(client_of: Any, community: Community, daria: Teacher, visitor: Any) -> None:
    event = make_event(community, by=daria, online_url="https://meet.example.org/tajna")
    page = client_of(visitor).get(event.get_absolute_url()).content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])
    assert (data["@type"], data["name"], data["startDate"]) == ("Event", event.title, event.starts_at.isoformat())
    assert "tajna" not in page
    closed = make_event(community, by=daria, visibility="network")
    assert "application/ld+json" not in client_of(daria).get(closed.get_absolute_url()).content.decode()


def test_the_online_room_is_for_those_who_are_registered(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    event = make_event(community, by=daria, online_url="https://meet.example.org/tajna")
    assert "tajna" not in client_of(anna).get(event.get_absolute_url()).content.decode()
    register(event, teacher=anna, by=anna)
    assert "tajna" in client_of(anna).get(event.get_absolute_url()).content.decode()


def test_the_feed_streams_public_events_in_utc(client_of: Any, visitor: Any, community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria, title="Семинар; с запятыми, и\nстроками")
    Event.objects.filter(pk=event.pk).update(title="Семинар; с запятыми, и\r\nBEGIN:VEVENT")
    calendar = Calendar.from_ical(b"".join(client_of(visitor).get("/feeds/events.ics")))
    entries = calendar.walk("VEVENT")
    assert len(entries) == 1
    assert entries[0]["DTSTART"].dt == event.starts_at
    assert str(entries[0]["SUMMARY"]) == "Семинар; с запятыми, и BEGIN:VEVENT"


def test_the_month_shows_each_day_of_an_event_and_how_many_more(client_of: Any, community: Community, daria: Teacher) -> None:
    start = coming(7).replace(day=10) + datetime.timedelta(days=31)
    start = start.replace(day=10)
    make_event(community, by=daria, title="Сборы", starts_at=start, ends_at=start + datetime.timedelta(days=2))
    for number in range(4):
        make_event(community, by=daria, title=f"Ещё {number}", starts_at=start)
    page = client_of(daria).get(f"/events/calendar/?month={start:%Y-%m}")
    cells = {cell["day"].day: (len(cell["shown"]), cell["more"]) for week in page.context["weeks"] for cell in week if cell["inside"] and cell["shown"]}
    assert cells == {10: (3, 2), 11: (1, 0), 12: (1, 0)}
    assert client_of(daria).get("/events/calendar/?month=99999-99").status_code == 200


@pytest.mark.parametrize("size", [2, 25])
def test_lists_and_the_page_cost_the_same_at_two_sizes(size: int, client_of: Any, community: Community, daria: Teacher, django_assert_num_queries: Any) -> None:
    for number in range(size):
        event = make_event(community, by=daria, title=f"Событие {number}", starts_at=coming(5))
        for _ in range(size // 2):
            mark(event, make_teacher(), by=daria)
    browser = client_of(daria)
    browser.get("/")
    for path, cost in (("/events/", 9), (f"/events/calendar/?month={event.starts_at:%Y-%m}", 6), (event.get_absolute_url(), 8), ("/events/mine/", 5)):
        with django_assert_num_queries(cost):
            assert browser.get(path).status_code == 200, path


def test_feedback_is_told_as_sums_from_five_answers_on(client_of: Any, community: Community, daria: Teacher) -> None:
    event = past_event(community, by=daria)
    people = [make_teacher(f"Участник {number}") for number in range(5)]
    for person in people:
        mark(event, person, by=daria)
    stranger = make_teacher("Посторонняя")
    client_of(daria).post(f"/events/{event.pk}/report/", {"held_on": (TODAY() - datetime.timedelta(days=3)).isoformat(), "outcome": "Да"})
    assert client_of(stranger).get(f"/events/{event.pk}/feedback/").status_code == 403
    for person in people[:4]:
        client_of(person).post(f"/events/{event.pk}/feedback/", {"useful": 4, "words": "Больше опытов"})
    page = client_of(daria).get(f"/events/{event.pk}/feedback/").content.decode()
    assert "4 ответа" in page
    assert "Больше опытов" not in page
    client_of(people[4]).post(f"/events/{event.pk}/feedback/", {"useful": 9})
    assert Feedback.objects.count() == 4
    client_of(people[4]).post(f"/events/{event.pk}/feedback/", {"useful": 3, "will_use": "on"})
    client_of(people[4]).post(f"/events/{event.pk}/feedback/", {"useful": 2, "will_use": "on"})
    page = client_of(daria).get(f"/events/{event.pk}/feedback/")
    assert page.context["sums"]["rows"] == [("очень полезно", 4), ("полезно", 0), ("полезно отчасти", 1), ("мне не пригодилось", 0)]
    assert "Участник" not in page.content.decode()


def test_materials_are_linked_where_both_ends_are_seen(client_of: Any, community: Community, daria: Teacher, boris: Teacher, visitor: Any) -> None:
    event = make_event(community, by=daria)
    open_one = stand("Карта урока", author=boris, status="published")
    hidden = stand("Чужой черновик", author=boris, status="draft")
    client_of(daria).post(f"/events/{event.pk}/materials/", {"address": open_one.get_absolute_url(), "before": "on"})
    client_of(daria).post(f"/events/{event.pk}/materials/", {"address": f"/materials/{hidden.pk}-x/"})
    assert list(event.materials_before.all()) == [open_one]
    assert event.materials_after.count() == 0
    assert "Карта урока" in client_of(visitor).get(event.get_absolute_url()).content.decode()
    client_of(daria).post(f"/events/{event.pk}/materials/", {"remove": open_one.pk})
    assert event.materials_before.count() == 0


def test_the_next_of_a_series_keeps_all_but_the_days(client_of: Any, community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria, capacity=12)
    browser = client_of(daria)
    page = browser.get(f"/events/new/?like={event.pk}&owner=community:{community.pk}")
    initial = page.context["form"].initial
    assert (initial["title"], initial["capacity"], "starts_on" in initial) == (event.title, 12, False)
    browser.post(f"/events/new/?like={event.pk}&owner=community:{community.pk}", form(title="Второй"))
    assert Event.objects.get(title="Второй").previous == event


def test_a_programme_lies_within_the_days_of_the_event(client_of: Any, community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria)
    day = timezone.localdate(event.starts_at)
    told = {"title": "Доклад", "speaker": "И. Кравцов", "begins": "15:00", "ends": "15:40"}
    page = client_of(daria).post(f"/events/{event.pk}/programme/", {**told, "day": (day + datetime.timedelta(days=1)).isoformat()}).content.decode()
    assert "В этот день мероприятие не идёт." in page
    client_of(daria).post(f"/events/{event.pk}/programme/", {**told, "day": day.isoformat()})
    assert [session.title for session in event.sessions.all()] == ["Доклад"]


def test_events_stand_on_the_pages_of_their_community_and_school(client_of: Any, visitor: Any, community: Community, daria: Teacher, vera: Teacher) -> None:
    make_event(community, by=daria, title="Семинар сообщества")
    make_event(vera.school, by=vera, title="Школьный семинар")
    assert "Семинар сообщества" in client_of(visitor).get(f"/communities/{community.slug}/").content.decode()
    page = client_of(visitor).get(f"/events/?school={vera.school.slug}").content.decode()
    assert "Школьный семинар" in page
    assert "Семинар сообщества" not in page
    assert f'href="/events/?school={vera.school.slug}"' in client_of(visitor).get(vera.school.get_absolute_url()).content.decode()
    assert Participation.objects.count() == 0


def test_directions_name_what_is_to_come(client_of: Any, visitor: Any, evgenia: Teacher, village_school: School) -> None:
    make_event(village_school, by=evgenia, organisers=[evgenia], kind="master-class", title="Мастер-класс по мейоту", has_registration=False)
    page = client_of(visitor).get("/directions/").content.decode()
    assert "Мастер-класс по мейоту" in page


def test_a_moved_community_event_shows_no_foreign_draft(client_of: Any, daria: Teacher, community: Community) -> None:
    other = make_community("Другое")
    leader = make_teacher("Лидер")
    join(other, leader, role="leader")
    draft = make_event(other, by=leader, announced=False, title="Чужой черновик")
    assert client_of(daria).get(draft.get_absolute_url()).status_code == 404
    assert client_of(daria).get(f"/events/new/?like={draft.pk}").context["like"] is None
