"""Bookings: asking, answering, calling off; never two accepted ones at the same time."""

import datetime
import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from communities.models import CalendarToken, Employment, School, SchoolFact, Teacher
from metrics.models import Activity
from resources.actions.booking import accept_booking
from resources.bookings import Stretch, repeated, spans
from resources.lending import refresh_lending
from resources.models import Booking, BookingTime, Facility, TakenSlot
from tests.factories.facilities import book, coming, lend, stretch
from tests.factories.people import LONG_AGO, employ, make_school, make_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def laboratory(vera: Teacher) -> Facility:
    """Lent by Анна's school, where Вера is coordinator."""
    return lend(school=vera.school, by=vera, seats=15)


def wish(boris: Teacher, **fields: Any) -> dict[str, Any]:
    form = {"day": f"{coming():%Y-%m-%d}", "begins": "10:00", "ends": "11:00", "repeat": "", "until": "", "school": boris.school_id}
    return {**form, "purpose": "Оптика, 8 класс", "form_key": str(uuid.uuid4()), **fields}


def errors(page: str) -> list[str]:
    return [part.split("<")[0] for part in page.split('class="err-msg"')[1:]]


def test_from_a_free_hour_to_the_agreed_booking(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    page = client_of(boris).get(f"{laboratory.get_absolute_url()}?week={coming()}").content.decode()
    address = f"/facilities/{laboratory.pk}/book/?day={coming()}&amp;hour=10"
    assert address in page
    form = client_of(boris).get(address.replace("&amp;", "&")).content.decode()
    assert 'value="10:00"' in form
    assert 'value="11:00"' in form
    answer = client_of(boris).post(f"/facilities/{laboratory.pk}/book/", wish(boris))
    booking = Booking.objects.get()
    assert answer["Location"] == f"/facilities/bookings/{booking.pk}/"
    assert "1 бронирование ждёт вашего ответа" in client_of(vera).get("/").content.decode()
    client_of(vera).post(f"/facilities/bookings/{booking.pk}/answer/", {"decision": "accepted", "answer": "ключ на вахте"})
    page = client_of(boris).get(answer["Location"]).content.decode()
    assert "ключ на вахте" in page
    assert "принято" in page
    assert TakenSlot.objects.count() == 4


def test_a_no_says_why(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    booking = book(laboratory, by=boris)
    address = f"/facilities/bookings/{booking.pk}/answer/"
    assert client_of(vera).post(address, {"decision": "declined"}).status_code == 200
    booking.refresh_from_db()
    assert booking.decision == ""
    client_of(vera).post(address, {"decision": "declined", "answer": "в этот день экзамен"})
    booking.refresh_from_db()
    assert (booking.decision, booking.answer, booking.answered_by) == ("declined", "в этот день экзамен", vera)
    # It was answered: a second answer changes nothing.
    assert "уже ответили" in client_of(vera).post(address, {"decision": "accepted"}, follow=True).content.decode()
    booking.refresh_from_db()
    assert booking.decision == "declined"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "2020-01-01"}, "уже прошло"),
        ({"day": "2999-01-01"}, "слишком далеко"),
        ({"begins": "11:00", "ends": "10:00"}, "Конец должен быть позже начала"),
        ({"begins": "10:00", "ends": "10:00"}, "Конец должен быть позже начала"),
        ({"begins": "10:07"}, "четверть"),
        ({"begins": "06:00"}, "9:00–17:00"),
        ({"day": f"{coming(6):%Y-%m-%d}"}, "не предоставляется"),
        ({"people": "16"}, "15 человек"),
        ({"people": "0"}, "больше либо равно 1"),
        ({"purpose": ""}, "Обязательное поле"),
        ({"repeat": "1"}, "До какого дня"),
        ({"repeat": "1", "until": "2020-01-01"}, "не раньше первого"),
        ({"repeat": "5"}, "Выберите корректный вариант"),
        ({"day": "позавчера"}, "правильную дату"),
        ({"form_key": "нет"}, "UUID"),
    ],
)
def test_bad_wishes_are_told_and_not_kept(client_of: Any, laboratory: Facility, boris: Teacher, changes: dict[str, str], words: str) -> None:
    page = client_of(boris).post(f"/facilities/{laboratory.pk}/book/", wish(boris, **changes)).content.decode()
    assert words in page
    assert (Booking.objects.count(), BookingTime.objects.count()) == (0, 0)


def test_a_foreign_school_is_no_choice(client_of: Any, laboratory: Facility, boris: Teacher) -> None:
    foreign = make_school("Чужая школа")
    assert client_of(boris).post(f"/facilities/{laboratory.pk}/book/", wish(boris, school=foreign.pk)).status_code == 200
    assert Booking.objects.count() == 0


def test_who_works_at_no_school_may_not_book(client_of: Any, laboratory: Facility, evgenia: Teacher) -> None:
    assert client_of(evgenia).get(f"/facilities/{laboratory.pk}/book/").status_code == 403


def test_the_same_form_twice_is_one_booking(client_of: Any, laboratory: Facility, boris: Teacher) -> None:
    form = wish(boris)
    first = client_of(boris).post(f"/facilities/{laboratory.pk}/book/", form)
    second = client_of(boris).post(f"/facilities/{laboratory.pk}/book/", form)
    assert first["Location"] == second["Location"]
    assert Booking.objects.count() == 1


def test_the_owner_books_at_once(client_of: Any, laboratory: Facility, vera: Teacher) -> None:
    client_of(vera).post(f"/facilities/{laboratory.pk}/book/", wish(vera))
    assert Booking.objects.get().decision == "accepted"


def test_the_keeper_answers_beside_the_coordinator(client_of: Any, laboratory: Facility, anna: Teacher, boris: Teacher) -> None:
    booking = book(laboratory, by=boris)
    assert client_of(anna).get(f"/facilities/bookings/{booking.pk}/").status_code == 404
    Facility.objects.update(responsible=anna)
    client_of(anna).post(f"/facilities/bookings/{booking.pk}/answer/", {"decision": "accepted"})
    booking.refresh_from_db()
    assert booking.answered_by == anna


def test_what_waits_for_an_answer_stands_first(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    asked = book(laboratory, stretch(coming(1)), by=boris)
    agreed = book(laboratory, by=boris)
    accept_booking(agreed, by=vera)
    page = client_of(vera).get("/facilities/bookings/?answer=1").content.decode()
    assert page.index(f"booking:{asked.pk}") < page.index(f"booking:{agreed.pk}")


def test_outsiders_meet_no_booking(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    booking = book(laboratory, by=boris, purpose="тайная цель")
    outsider = make_teacher("Юдина", "Юлия", school=make_school("Школа № 5"), is_coordinator=True)
    for path in ("", "answer/", "cancel/", f"times/{booking.times.get().pk}/drop/"):
        method = client_of(outsider).post if path else client_of(outsider).get
        assert method(f"/facilities/bookings/{booking.pk}/{path}").status_code == 404
    assert f"booking:{booking.pk}" not in client_of(outsider).get("/facilities/bookings/?answer=1").content.decode()
    # Who asked sees it, may not answer it.
    assert client_of(boris).post(f"/facilities/bookings/{booking.pk}/answer/", {"decision": "accepted"}).status_code == 403
    # The coordinator of the school that asked reads it.
    chief = make_teacher("Ким", "Олег", school=boris.school, is_coordinator=True)
    assert client_of(chief).get(f"/facilities/bookings/{booking.pk}/").status_code == 200


def test_a_taken_time_cannot_be_asked_for_or_accepted(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    one, other = book(laboratory, by=boris), book(laboratory, stretch(coming(), "10:45", "11:30"), by=boris)
    accept_booking(one, by=vera)
    page = client_of(vera).post(f"/facilities/bookings/{other.pk}/answer/", {"decision": "accepted"}).content.decode()
    assert "Уже занято" in page
    other.refresh_from_db()
    assert (other.decision, TakenSlot.objects.count()) == ("", 4)
    page = client_of(boris).post(f"/facilities/{laboratory.pk}/book/", wish(boris, begins="10:30", ends="11:30")).content.decode()
    assert "Уже занято" in page
    # The next one begins when the first ends.
    assert client_of(boris).post(f"/facilities/{laboratory.pk}/book/", wish(boris, begins="11:00", ends="11:30")).status_code == 302


def test_a_weekly_booking_and_its_taken_days(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    accept_booking(book(laboratory, stretch(coming(weeks=2)), by=boris), by=vera)
    weekly = wish(boris, repeat="1", until=f"{coming(weeks=4):%Y-%m-%d}")
    page = client_of(boris).post(f"/facilities/{laboratory.pk}/book/", weekly).content.decode()
    assert "Уже занято" in page
    assert client_of(boris).post(f"/facilities/{laboratory.pk}/book/", {**weekly, "leave_out_taken": "on"}).status_code == 302
    booking = Booking.objects.latest("pk")
    assert list(booking.times.values_list("day", flat=True)) == [coming(weeks=1), coming(weeks=3), coming(weeks=4)]
    # Somebody takes a day before the answer: the coordinator leaves it out.
    accept_booking(book(laboratory, stretch(coming(weeks=3), "10:30", "12:00"), by=boris), by=vera)
    client_of(vera).post(f"/facilities/bookings/{booking.pk}/answer/", {"decision": "accepted", "leave_out_taken": "on"})
    booking.refresh_from_db()
    assert [time.day for time in booking.kept_times] == [coming(weeks=1), coming(weeks=4)]
    # One day is called off alone.
    time = booking.kept_times[0]
    client_of(boris).post(f"/facilities/bookings/{booking.pk}/times/{time.pk}/drop/")
    assert not TakenSlot.objects.filter(day=coming(weeks=1)).exists()
    booking.refresh_from_db()
    assert booking.is_agreed


def test_too_many_weeks_are_refused(client_of: Any, laboratory: Facility, boris: Teacher) -> None:
    until = f"{timezone.localdate() + datetime.timedelta(days=299):%Y-%m-%d}"
    page = client_of(boris).post(f"/facilities/{laboratory.pk}/book/", wish(boris, repeat="1", until=until)).content.decode()
    assert "Не больше 40" in page


def test_taking_back_frees_the_time_and_takes_the_act_back(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    booking = book(laboratory, by=boris)
    accept_booking(booking, by=vera)
    lent = Activity.objects.filter(verb="facility-lent")
    assert list(lent.values_list("actor", "level", "delta")) == [(vera.pk, "inter-municipal", 1)]
    client_of(boris).post(f"/facilities/bookings/{booking.pk}/cancel/")
    assert TakenSlot.objects.count() == 0
    assert sorted(lent.values_list("delta", flat=True)) == [-1, 1]
    # Over is over.
    assert "уже закрыта" in client_of(boris).post(f"/facilities/bookings/{booking.pk}/cancel/", follow=True).content.decode()


def test_the_school_calls_off_with_a_reason(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    booking = book(laboratory, by=boris)
    accept_booking(booking, by=vera)
    assert client_of(vera).post(f"/facilities/bookings/{booking.pk}/cancel/").status_code == 200
    booking.refresh_from_db()
    assert booking.cancelled_at is None
    client_of(vera).post(f"/facilities/bookings/{booking.pk}/cancel/", {"reason": "авария"})
    booking.refresh_from_db()
    assert booking.cancel_reason == "авария"


def test_a_withdrawn_request_cannot_be_accepted(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    booking = book(laboratory, by=boris)
    client_of(boris).post(f"/facilities/bookings/{booking.pk}/cancel/")
    page = client_of(vera).post(f"/facilities/bookings/{booking.pk}/answer/", {"decision": "accepted"}, follow=True).content.decode()
    assert TakenSlot.objects.count() == 0
    assert "её отозвали" in page


def test_both_sides_are_told(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    booking = book(laboratory, by=boris)
    assert "Коллега просит забронировать «Кабинет физики»" in client_of(vera).get("/notifications/").content.decode()
    accept_booking(booking, by=vera)
    assert "бронирование: «Кабинет физики»" in client_of(boris).get("/notifications/").content.decode()
    client_of(boris).post(f"/facilities/bookings/{booking.pk}/cancel/")
    assert "Бронирование отменено: «Кабинет физики»" in client_of(vera).get("/notifications/").content.decode()


def test_agreed_bookings_become_facts_of_both_schools(laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    accept_booking(book(laboratory, by=boris), by=vera)
    book(laboratory, stretch(coming(1)), by=boris)
    # One's own laboratory is not borrowed.
    book(laboratory, stretch(coming(2)), by=vera)
    refresh_lending(timezone.localdate())
    found = SchoolFact.objects.filter(fact__startswith="facilities").values_list("school", "fact", "value")
    assert sorted(found) == sorted([(vera.school_id, "facilities-lent", 1), (boris.school_id, "facilities-borrowed", 1)])


def test_who_left_the_office_answers_no_more(client_of: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    booking = book(laboratory, by=boris)
    Employment.objects.filter(teacher=vera).update(is_coordinator=False)
    assert client_of(vera).post(f"/facilities/bookings/{booking.pk}/answer/", {"decision": "accepted"}).status_code == 404


def test_the_calendar_of_one_person(client_of: Any, visitor: Any, laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    agreed, asked = book(laboratory, by=boris), book(laboratory, stretch(coming(1)), by=boris)
    accept_booking(agreed, by=vera)
    client_of(boris).post("/calendar/")
    token = CalendarToken.objects.get(teacher=boris).token
    address = f"/calendar/{token}.ics"
    assert address in client_of(boris).get("/calendar/").content.decode()
    answer = client_of(visitor).get(address)
    assert answer["Cache-Control"] == "private, no-store"
    events = {str(event["status"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(events) == {"CONFIRMED", "TENTATIVE"}
    begins = timezone.make_aware(datetime.datetime.combine(coming(), datetime.time(10)))
    assert events["CONFIRMED"]["dtstart"].dt == begins
    assert str(events["TENTATIVE"]["url"]).endswith(asked.get_absolute_url())
    # The school's coordinator has the agreed one, with the school's name and no person's.
    client_of(vera).post("/calendar/")
    office = client_of(visitor).get(f"/calendar/{CalendarToken.objects.get(teacher=vera).token}.ics").content.decode()
    assert office.count("BEGIN:VEVENT") == 1
    assert "Королёв" not in office
    # Rights of the moment, and the address itself, can be taken away.
    client_of(boris).post("/calendar/", {"revoke": "1"})
    assert client_of(visitor).get(address).status_code == 404
    Teacher.objects.filter(pk=vera.pk).update(is_active=False)
    assert client_of(visitor).get(f"/calendar/{CalendarToken.objects.get(teacher=vera).token}.ics").status_code == 404


@given(st.dates(datetime.date(2026, 1, 1), datetime.date(2030, 1, 1)), st.integers(1, 2), st.integers(0, 500))
def test_a_repeated_time_keeps_its_weekday_and_its_bounds(day: datetime.date, every: int, span: int) -> None:
    until = day + datetime.timedelta(days=span)
    days = [time.day for time in repeated(stretch(day), every_weeks=every, until=until)]
    assert days[0] == day
    assert {later.weekday() for later in days} == {day.weekday()}
    assert all(later <= until for later in days)
    assert len(days) == min(span // (7 * every) + 1, 41)


def test_hours_in_words() -> None:
    assert spans({9, 10, 14}) == "9:00–11:00, 14:00–15:00"
    assert str(Stretch(datetime.date(2026, 11, 26), datetime.time(9), datetime.time(9, 45))).endswith("9:00–09:45") is True


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_answers_at_once_one_is_accepted(laboratory: Facility, vera: Teacher, boris: Teacher) -> None:
    """Twelve overlapping requests, twelve answers in threads: accepted ones never share a quarter of an hour."""
    day = coming()
    bookings = [
        book(laboratory, stretch(day, f"10:{15 * (number % 3):02}", "11:00"), stretch(day + datetime.timedelta(days=number % 2 + 1)), by=boris)
        for number in range(12)
    ]
    start = threading.Barrier(len(bookings))
    results: list[str] = []

    def answer(booking: Booking) -> None:
        try:
            start.wait()
            accept_booking(Booking.objects.select_related("facility__school", "school").get(pk=booking.pk), by=Teacher.objects.get(pk=vera.pk))
            results.append("accepted")
        except Exception as problem:
            results.append(getattr(problem, "code", None) or repr(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[booking]) for booking in bookings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["accepted"] + ["taken"] * 11
    accepted = Booking.objects.get(decision="accepted")
    assert TakenSlot.objects.count() == sum(len(time.slots) for time in accepted.times.all())


def test_a_second_workplace_is_offered(client_of: Any, laboratory: Facility, boris: Teacher) -> None:
    second = make_school("Вечерняя школа")
    employ(boris, second)
    page = client_of(Teacher.objects.get(pk=boris.pk)).get(f"/facilities/{laboratory.pk}/book/").content.decode()
    assert "Вечерняя школа" in page
    assert client_of(boris).post(f"/facilities/{laboratory.pk}/book/", wish(boris, school=second.pk)).status_code == 302
    assert Booking.objects.get().school == second
    assert School.objects.get(pk=second.pk).joined_on == LONG_AGO
