"""Places: taken, waited for, moved up; quotas of schools and sites; who registers whom; who sees the list; races."""

import csv
import io
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from communities.models import Community, Notification, School, Teacher
from events.actions.event import edit_event
from events.actions.event_part import save_site
from events.actions.registration import cancel_registration, register
from events.models import Event, Registration, SchoolPlaces
from tests.factories.events import coming, fields_of_event, make_event
from tests.factories.people import make_school, make_teacher

pytestmark = pytest.mark.django_db


def states(event: Event) -> list[str]:
    return list(Registration.objects.filter(event=event).order_by("pk").values_list("state", flat=True))


def people(number: int, **fields: Any) -> list[Teacher]:
    return [make_teacher(f"Участник {n}", **fields) for n in range(number)]


def test_who_comes_after_the_last_place_waits_and_moves_up_by_itself(client_of: Any, community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria, capacity=2)
    four = people(4)
    for person in four:
        client_of(person).post(f"/events/{event.pk}/register/")
    assert states(event) == ["taken", "taken", "waiting", "waiting"]
    page = client_of(four[3]).get(event.get_absolute_url()).content.decode()
    assert "в листе ожидания: № 2" in page
    first = Registration.objects.get(teacher=four[0])
    client_of(four[0]).post(f"/events/registrations/{first.pk}/cancel/")
    assert states(event) == ["cancelled", "taken", "taken", "waiting"]
    event.refresh_from_db()
    assert event.taken == 2
    assert Notification.objects.get(kind="moved-up").recipient == four[2]


def test_more_places_move_the_line_up_and_fewer_than_taken_are_refused(community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria, capacity=1)
    for person in people(3):
        register(event, teacher=person, by=person)
    event.refresh_from_db()
    same = {"starts_at": event.starts_at, "organisers": [daria]}
    edit_event(event, by=daria, **fields_of_event(**same, capacity=2))
    assert states(event) == ["taken", "taken", "waiting"]
    with pytest.raises(ValidationError):
        edit_event(event, by=daria, **fields_of_event(**same, capacity=1))


def test_one_school_has_its_share_and_others_pass_it_in_the_line(community: Community, daria: Teacher, village_school: School, lyceum: School) -> None:
    event = make_event(community, by=daria, capacity=3, school_quota=1)
    a, b = people(2, school=village_school)
    c = make_teacher("Другая", school=lyceum)
    for person in (a, b, c):
        register(event, teacher=person, by=person)
    assert states(event) == ["taken", "waiting", "taken"]
    assert dict(SchoolPlaces.objects.values_list("school__short_name", "taken")) == {village_school.short_name: 1, lyceum.short_name: 1}
    cancel_registration(Registration.objects.get(teacher=a), by=a)
    assert states(event) == ["cancelled", "taken", "taken"]


def test_a_full_site_waits_while_another_is_free(client_of: Any, community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria, capacity=10)
    north = save_site(event, by=daria, name="Север", school=None, address="", capacity=1)
    save_site(event, by=daria, name="Юг", school=None, address="", capacity=5)
    first, second, third = people(3)
    for person, site in ((first, north.pk), (second, north.pk), (third, event.sites.get(name="Юг").pk)):
        client_of(person).post(f"/events/{event.pk}/register/", {"site": site})
    assert states(event) == ["taken", "waiting", "taken"]
    event.refresh_from_db()
    assert event.taken == 2
    late = make_teacher("Опоздавшая")
    for site in ({}, {"site": "nowhere"}):
        # What is wrong stands above the form and leads to the field; the page is the event's.
        page = client_of(late).post(f"/events/{event.pk}/register/", site).content.decode()
        assert '<a href="#id_site">Куда вы придёте: Выберите площадку.</a>' in page
    assert Registration.objects.count() == 3


def test_colleagues_are_registered_for_a_site_and_all_or_none(client_of: Any, community: Community, daria: Teacher, vera: Teacher, anna: Teacher) -> None:
    event = make_event(community, by=daria)
    north = save_site(event, by=daria, name="Север", school=None, address="", capacity=1)
    page = client_of(vera).post(f"/events/{event.pk}/registrations/new/", {"people": [anna.pk]}).content.decode()
    assert "Выберите площадку." in page
    assert Registration.objects.count() == 0
    client_of(vera).post(f"/events/{event.pk}/registrations/new/", {"people": [anna.pk, vera.pk], "site": north.pk})
    assert sorted(Registration.objects.values_list("state", "site")) == [("taken", north.pk), ("waiting", north.pk)]


def test_the_sheet_to_sign_holds_those_with_a_place(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    event = make_event(community, by=daria, capacity=1)
    for person in (anna, boris):
        register(event, teacher=person, by=person)
    page = client_of(daria).get(f"/events/{event.pk}/registrations/?format=paper").content.decode()
    assert ("Власова" in page, "Королёв" in page) == (True, False)


@pytest.mark.parametrize(
    "window",
    [
        {"registration_opens_at": coming(2)},
        {"registration_closes_at": coming(-1)},
        {"has_registration": False},
    ],
)
def test_outside_its_window_nobody_registers(window: dict[str, Any], client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    event = make_event(community, by=daria, **window)
    client_of(anna).post(f"/events/{event.pk}/register/")
    assert Registration.objects.count() == 0


def test_a_cancelled_event_takes_nobody(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    event = make_event(community, by=daria)
    client_of(daria).post(f"/events/{event.pk}/cancel/", {"reason": "Мороз"})
    client_of(anna).post(f"/events/{event.pk}/register/")
    assert Registration.objects.count() == 0


def test_twice_is_once(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    event = make_event(community, by=daria, capacity=5)
    for _twice in range(2):
        client_of(anna).post(f"/events/{event.pk}/register/")
    event.refresh_from_db()
    assert (states(event), event.taken) == (["taken"], 1)


def test_a_coordinator_registers_their_own_school_alone(
    client_of: Any, community: Community, daria: Teacher, vera: Teacher, anna: Teacher, boris: Teacher
) -> None:
    event = make_event(community, by=daria)
    page = client_of(vera).get(f"/events/{event.pk}/registrations/new/").content.decode()
    assert "Власова" in page
    assert "Королёв" not in page
    client_of(vera).post(f"/events/{event.pk}/registrations/new/", {"people": [anna.pk, boris.pk]})
    assert Registration.objects.count() == 0
    client_of(vera).post(f"/events/{event.pk}/registrations/new/", {"people": [anna.pk]})
    assert Registration.objects.get().teacher == anna
    assert Notification.objects.get(recipient=anna).kind == "registration"
    assert client_of(anna).get(f"/events/{event.pk}/registrations/new/").status_code == 403
    # She sees her school's rows, a colleague sees none.
    register(event, teacher=boris, by=boris)
    assert "Королёв" not in client_of(vera).get(f"/events/{event.pk}/registrations/").content.decode()
    assert client_of(anna).get(f"/events/{event.pk}/registrations/").status_code == 403


def test_nobody_takes_back_what_is_anothers(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher, vera: Teacher) -> None:
    event = make_event(community, by=daria)
    row = register(event, teacher=anna, by=anna)
    assert client_of(boris).post(f"/events/registrations/{row.pk}/cancel/").status_code == 404
    client_of(vera).post(f"/events/registrations/{row.pk}/cancel/")
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert Notification.objects.filter(recipient=anna, kind="registration").count() == 1


def test_the_table_holds_text_and_no_formulas(client_of: Any, community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria)
    person = make_teacher("=HYPERLINK(1)", "Анна", school=make_school("+Школа"))
    register(event, teacher=person, by=person)
    answer = client_of(daria).get(f"/events/{event.pk}/registrations/?format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in rows[1])
    assert "HYPERLINK" in rows[1][1]


def test_one_s_events_are_in_the_personal_calendar(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    event = make_event(community, by=daria, capacity=1)
    register(event, teacher=daria, by=daria)
    register(event, teacher=anna, by=anna)
    client_of(anna).post("/calendar/", {})
    address = anna.calendar_token.token
    feed = client_of(anna).get(f"/calendar/{address}.ics").content.decode()
    assert "SUMMARY:Семинар по оптике" in feed
    assert "STATUS:TENTATIVE" in feed


@pytest.mark.parametrize("size", [2, 60])
def test_the_list_costs_the_same(size: int, client_of: Any, community: Community, daria: Teacher, django_assert_num_queries: Any) -> None:
    event = make_event(community, by=daria)
    for person in people(size):
        register(event, teacher=person, by=person)
    browser = client_of(daria)
    browser.get("/")
    with django_assert_num_queries(9):
        assert browser.get(f"/events/{event.pk}/registrations/").status_code == 200


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_at_once_take_exactly_the_places_and_wait_in_order(django_user_model: Any) -> None:
    leader = make_teacher("Методист", role="methodist")
    event = make_event(None, by=leader, capacity=3)
    crowd = people(12)
    start, problems = threading.Barrier(len(crowd)), []

    def ask(person: Teacher) -> None:
        try:
            start.wait(20)
            register(Event.objects.get(pk=event.pk), teacher=person, by=person)
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(person,)) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    event.refresh_from_db()
    assert problems == []
    assert event.taken == 3
    assert sorted(states(event)) == ["taken"] * 3 + ["waiting"] * 9
    # Three leave at once: the first three of the line have places, nobody else.
    line = list(Registration.objects.filter(event=event).in_line().values_list("pk", flat=True))
    leaving = list(Registration.objects.filter(event=event, state="taken"))
    threads = [threading.Thread(target=lambda row=row: (cancel_registration(row, by=row.teacher), connections.close_all())) for row in leaving]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(Registration.objects.filter(event=event, state="taken").values_list("pk", flat=True)) == set(line[:3])
    event.refresh_from_db()
    assert event.taken == 3
    assert connection.vendor in ("sqlite", "postgresql")
    assert timezone.now() < event.starts_at
