"""Who was there: by list, by the code at the door, by the table of an online room."""

import datetime
import re
import time
from typing import Any
from unittest import mock

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from communities.models import Community, Teacher
from events.actions.registration import register
from events.attendance_table import parse_minutes, read_table
from events.models import Participation
from events.views.attendance import CHECK_IN, CHECK_IN_NOW
from metrics.models import Activity
from tests.factories.events import coming, make_event, past_event
from tests.factories.people import make_teacher

TODAY = timezone.localdate


@pytest.mark.django_db
def test_the_list_is_kept_as_it_was_ticked(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    event = make_event(community, by=daria)
    for person in (anna, boris):
        register(event, teacher=person, by=person)
    browser = client_of(daria)
    browser.post(f"/events/{event.pk}/attendance/", {"present": [anna.pk], "more": "daria@example.org"})
    assert set(Participation.objects.values_list("teacher", flat=True)) == {anna.pk, daria.pk}
    browser.post(f"/events/{event.pk}/attendance/", {"present": [boris.pk]})
    assert set(Participation.objects.values_list("teacher", flat=True)) == {boris.pk}
    page = browser.post(f"/events/{event.pk}/attendance/", {"present": [anna.pk], "more": "nobody@example.org"}).content.decode()
    assert "nobody@example.org" in page
    assert set(Participation.objects.values_list("teacher", flat=True)) == {boris.pk}
    assert client_of(anna).get(f"/events/{event.pk}/attendance/").status_code == 403


@pytest.mark.django_db
def test_who_comes_through_the_door_while_the_list_lies_open_stays(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    event = make_event(community, by=daria, starts_at=timezone.now())
    for person in (anna, boris):
        register(event, teacher=person, by=daria)
    browser = client_of(daria)
    browser.post(f"/events/{event.pk}/attendance/", {"present": [anna.pk]})
    page = browser.get(f"/events/{event.pk}/attendance/").content.decode()
    asked_at = re.search(r'name="asked_at" value="([^"]+)"', page)[1]
    client_of(boris).post(f"/events/check-in/{signing.dumps(event.pk, salt=CHECK_IN)}/")
    # Anna's tick is taken away on purpose; Boris was not marked on the list as it lay there.
    browser.post(f"/events/{event.pk}/attendance/", {"present": [], "asked_at": asked_at})
    assert list(Participation.objects.values_list("teacher", flat=True)) == [boris.pk]
    for nonsense in ("yesterday", "2026-99-99T00:00:00Z", "2026-11-26T10:00"):
        assert browser.post(f"/events/{event.pk}/attendance/", {"present": [boris.pk], "asked_at": nonsense}).status_code == 302


@pytest.mark.django_db
def test_a_list_after_the_report_corrects_the_ledger(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    event = past_event(community, by=daria)
    day = TODAY() - datetime.timedelta(days=3)
    client_of(daria).post(f"/events/{event.pk}/attendance/", {"more": "anna@example.org"})
    client_of(daria).post(f"/events/{event.pk}/report/", {"held_on": day.isoformat(), "outcome": "Да"})
    client_of(daria).post(f"/events/{event.pk}/attendance/", {"present": [], "more": "boris@example.org"})
    rows = [(act.actor, act.delta, act.occurred_on) for act in Activity.objects.filter(verb="attended").order_by("pk")]
    assert rows[0] == (anna, 1, day)
    assert set(rows[1:]) == {(anna, -1, day), (boris, 1, day)}


@pytest.mark.django_db
def test_the_code_marks_who_is_signed_in_on_the_day_alone(client_of: Any, visitor: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    today = make_event(community, by=daria, starts_at=timezone.now())
    later = make_event(community, by=daria, starts_at=coming(5))
    page = client_of(daria).get(f"/events/{today.pk}/attendance/code/").content.decode()
    assert "<svg" in page
    for event, marked in ((today, 1), (later, 0)):
        address = f"/events/check-in/{signing.dumps(event.pk, salt=CHECK_IN)}/"
        assert client_of(visitor).get(address).status_code == 302
        client_of(anna).get(address)
        assert Participation.objects.filter(event=event).count() == 0
        client_of(anna).post(address)
        assert Participation.objects.filter(event=event, teacher=anna).count() == marked
    assert client_of(anna).post("/events/check-in/1:forged/").status_code == 404
    assert client_of(anna).get(f"/events/{today.pk}/attendance/code/").status_code == 403


@pytest.mark.django_db
def test_the_code_on_a_screen_is_good_for_minutes(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    event = make_event(community, by=daria, starts_at=timezone.now())
    screen = client_of(daria).get(f"/events/{event.pk}/attendance/code/?screen=1")
    assert (screen["Refresh"], "<svg" in screen.content.decode()) == ("60", True)
    token = signing.dumps(event.pk, salt=CHECK_IN_NOW)
    for person, minutes, marked in ((anna, 9, [anna.pk]), (boris, 11, [anna.pk])):
        with mock.patch("django.core.signing.time.time", return_value=time.time() + minutes * 60):
            page = client_of(person).get(f"/events/check-in/{token}/").content.decode()
            client_of(person).post(f"/events/check-in/{token}/")
        assert list(Participation.objects.values_list("teacher", flat=True)) == marked
    assert "наведите камеру на экран ещё раз" in page
    # A code of another purpose is none.
    assert client_of(boris).post(f"/events/check-in/{signing.dumps(event.pk, salt='events.attendance-table')}/").status_code == 404


@pytest.mark.django_db
def test_the_code_of_an_event_one_may_not_see_finds_nothing(client_of: Any, community: Community, daria: Teacher, boris: Teacher) -> None:
    event = make_event(community, by=daria, visibility="community", starts_at=timezone.now())
    assert client_of(boris).post(f"/events/check-in/{signing.dumps(event.pk, salt=CHECK_IN)}/").status_code == 404
    assert Participation.objects.count() == 0


TABLE = """Тема;Семинар по оптике
Начало;26.11.2026 15:00

Имя пользователя;Электронная почта;Длительность (минуты)
Анна Власова;;55
Анна Игоревна Власова;;10
Кто-то с телефона;;40
Королёв Борис;boris@example.org;1:05:00
Мельник Вера;;3
"""


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_a_table_is_looked_over_first_and_then_written(
    encoding: str, client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher, vera: Teacher
) -> None:
    event = make_event(community, by=daria)
    for person in (anna, vera):
        register(event, teacher=person, by=person)
    browser = client_of(daria)
    upload = SimpleUploadedFile("встреча.csv", TABLE.encode(encoding), "text/csv")
    page = browser.post(f"/events/{event.pk}/attendance/table/", {"table": upload, "least": 15})
    assert [(person.last_name, minutes) for person, minutes in page.context["rows"]] == [("Власова", 65), ("Королёв", 65), ("Мельник", 3)]
    assert [(line.number, line.name) for line in page.context["unknown"]] == [(7, "Кто-то с телефона")]
    assert Participation.objects.count() == 0
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())[1]
    browser.post(f"/events/{event.pk}/attendance/table/", {"sealed": sealed})
    assert dict(Participation.objects.values_list("teacher", "minutes")) == {anna.pk: 65, boris.pk: 65}
    browser.post(f"/events/{event.pk}/attendance/table/", {"sealed": sealed})
    assert Participation.objects.count() == 2
    other = make_event(community, by=daria)
    assert browser.post(f"/events/{other.pk}/attendance/table/", {"sealed": sealed}).status_code == 404
    browser.post(f"/events/{event.pk}/attendance/table/", {"sealed": sealed + "x"})
    assert Participation.objects.count() == 2


@pytest.mark.django_db
def test_namesakes_are_never_guessed(client_of: Any, community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria)
    for _ in range(2):
        person = make_teacher("Иванова", "Мария")
        register(event, teacher=person, by=person)
    upload = SimpleUploadedFile("t.csv", "Имя,Минут\nИванова Мария,50\n".encode(), "text/csv")
    page = client_of(daria).post(f"/events/{event.pk}/attendance/table/", {"table": upload, "least": 15})
    assert (page.context["rows"], len(page.context["unknown"])) == ([], 1)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01\x02", "просто текст".encode(), "Имя;Минут\nАнна;много\n".encode(), b"PK\x03\x04" + b"\x00" * 50, "Имя;Минут\n".encode()],
)
def test_what_is_no_table_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(ValidationError):
        read_table(data)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45", 45),
        ("45,5", 45),
        ("45.9", 45),
        ("1:05:00", 65),
        ("0:45", 45),
        ("1 ч 5 мин", 65),
        ("52 мин", 52),
        ("1h 2m 3s", 62),
        ("1 час", 60),
        ("", None),
        ("да", None),
        ("-5", None),
    ],
)
def test_minutes_are_read_as_rooms_write_them(text: str, minutes: int | None) -> None:
    assert parse_minutes(text) == minutes


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    try:
        lines = read_table(data)
    except ValidationError:
        return
    assert all(line.minutes >= 0 for line in lines)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_a_clock_is_its_minutes(hours: int, minutes: int, seconds: int) -> None:
    assert parse_minutes(f"{hours}:{minutes:02d}:{seconds:02d}") == hours * 60 + minutes
