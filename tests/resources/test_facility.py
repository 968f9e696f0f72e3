"""Shared facilities: who describes them, who sees them, their week, their pictures, closing."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from PIL import Image

from communities.models import School, Teacher
from resources.actions.booking import accept_booking
from resources.models import Facility, FacilityPhoto
from tests.factories.facilities import book, coming, lend, stretch
from tests.factories.people import make_school, make_teacher

pytestmark = pytest.mark.django_db


def description(**fields: Any) -> dict[str, Any]:
    return {"kind": "laboratory", "title": "Кабинет физики", "hours": ["0-9", "0-10", "4-14"], **fields}


def picture() -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(stream, "PNG")
    return SimpleUploadedFile("кабинет.png", stream.getvalue(), "image/png")


def test_a_coordinator_shares_a_facility_and_everybody_finds_it(client_of: Any, vera: Teacher, boris: Teacher, village_school: School) -> None:
    answer = client_of(vera).post(f"/schools/{village_school.slug}/facilities/new/", description(seats=12, place="каб. 14"))
    facility = Facility.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/facilities/{facility.pk}/edit/"
    assert sorted(facility.hours.values_list("weekday", "hour")) == [(0, 9), (0, 10), (4, 14)]
    page = client_of(boris).get("/facilities/").content.decode()
    assert f'data-object="facility:{facility.pk}"' in page
    assert "Малиновская школа" in page
    assert client_of(boris).get("/facilities/?q=физик").content.decode().count("data-object=") == 1
    assert "data-object=" not in client_of(boris).get("/facilities/?q=химии").content.decode()


def test_only_those_who_run_the_school_share_and_edit(client_of: Any, anna: Teacher, vera: Teacher, evgenia: Teacher, lyceum: School) -> None:
    facility = lend(school=vera.school, by=vera)
    for person, allowed in ((anna, False), (vera, True), (evgenia, True)):
        assert client_of(person).get(f"/schools/{vera.school.slug}/facilities/new/").status_code == (200 if allowed else 403)
        assert client_of(person).get(f"/facilities/{facility.pk}/edit/").status_code == (200 if allowed else 403)
    assert client_of(vera).get(f"/schools/{lyceum.slug}/facilities/new/").status_code == 403


def test_visitors_and_the_unconfirmed_meet_nothing(client_of: Any, visitor: Any, zakhar: Teacher, vera: Teacher) -> None:
    facility = lend("Кабинет физики", school=vera.school, by=vera)
    assert client_of(visitor).get(facility.get_absolute_url()).status_code == 302
    assert client_of(zakhar).get(facility.get_absolute_url()).status_code == 403
    assert "Кабинет физики" not in client_of(visitor).get(vera.school.get_absolute_url()).content.decode()
    assert Facility.objects.visible_to(visitor).count() == 0
    assert Facility.objects.visible_to(zakhar).count() == 0


def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(client_of: Any, vera: Teacher, boris: Teacher) -> None:
    page = client_of(vera).post(f"/schools/{vera.school.slug}/facilities/new/", description(title="", hours=[], seats="0")).content.decode()
    for words in ("Отметьте хотя бы один час недели.", 'id="id_hours"'):
        assert words in page
    assert client_of(vera).post(f"/schools/{vera.school.slug}/facilities/new/", description(hours=["9-99"])).status_code == 200
    # Only a colleague of the school may answer its bookings.
    assert client_of(vera).post(f"/schools/{vera.school.slug}/facilities/new/", description(responsible=boris.pk)).status_code == 200
    assert Facility.objects.count() == 0


def test_the_week_shows_free_taken_and_asked_but_never_who_or_what_for(client_of: Any, vera: Teacher, boris: Teacher, evgenia: Teacher) -> None:
    facility, monday = lend(school=vera.school, by=vera, hours=range(9, 12)), coming()
    accept_booking(book(facility, stretch(monday, "09:00", "10:00"), by=boris, purpose="тайная цель"), by=vera)
    accept_booking(book(facility, stretch(monday, "10:15", "10:45"), by=boris), by=vera)
    book(facility, stretch(monday, "11:00", "12:00"), by=boris)
    other = make_teacher("Юдина", "Юлия", school=make_school("Школа № 5"))
    page = client_of(other).get(f"{facility.get_absolute_url()}?week={monday}").content.decode()
    assert page.count('<td class="taken">') == 1
    assert page.count('<td class="part">') == 1
    assert page.count('<td class="free">') == 16
    assert "1 заявка" in page or "1 просит" in page
    assert "09:00–10:00 Лицей № 7" in page
    assert [words for words in ("тайная цель", "Королёв") if words in page] == []


@pytest.mark.parametrize("week", ["", "x", "1900-01-01", "9999-12-31", "2026-13-45"])
def test_any_week_of_an_address_is_answered(client_of: Any, vera: Teacher, week: str) -> None:
    facility = lend(school=vera.school, by=vera)
    assert client_of(vera).get(facility.get_absolute_url(), {"week": week}).status_code == 200


def test_a_photo_is_shown_to_colleagues_and_goes_with_its_file(client_of: Any, visitor: Any, vera: Teacher, boris: Teacher) -> None:
    facility = lend(school=vera.school, by=vera)
    assert client_of(vera).post(f"/facilities/{facility.pk}/photos/", {"photo": picture(), "caption": "Столы"}).status_code == 302
    photo = FacilityPhoto.objects.get()
    address = f"/facilities/{facility.pk}/photos/{photo.pk}/"
    answer = client_of(boris).get(address)
    assert answer["Content-Type"] == "image/webp"
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
    assert client_of(visitor).get(address).status_code == 302
    broken = client_of(vera).post(f"/facilities/{facility.pk}/photos/", {"photo": SimpleUploadedFile("x.png", b"no picture")})
    assert broken.status_code == 200
    assert 'class="err-msg"' in broken.content.decode()
    assert client_of(boris).post(f"/facilities/{facility.pk}/photos/", {"photo": picture()}).status_code == 403
    client_of(vera).post(f"{address}delete/")
    assert FacilityPhoto.objects.count() == 0
    assert client_of(boris).get(address).status_code == 404


def test_closing_calls_off_what_is_to_come_and_says_why(client_of: Any, vera: Teacher, boris: Teacher) -> None:
    facility = lend(school=vera.school, by=vera)
    agreed, asked = book(facility, by=boris), book(facility, stretch(coming(1)), by=boris)
    accept_booking(agreed, by=vera)
    page = client_of(vera).get(f"/facilities/{facility.pk}/close/").content.decode()
    assert "2 бронирования" in page
    client_of(vera).post(f"/facilities/{facility.pk}/close/", {"reason": "ремонт"})
    for booking in (agreed, asked):
        booking.refresh_from_db()
        assert booking.cancel_reason == "ремонт"
    assert facility.taken.count() == 0
    assert f"facility:{facility.pk}" not in client_of(boris).get("/facilities/").content.decode()
    assert client_of(boris).get(f"/facilities/{facility.pk}/book/").status_code == 403
    client_of(vera).post(f"/facilities/{facility.pk}/reopen/")
    assert client_of(boris).get(f"/facilities/{facility.pk}/book/").status_code == 200


def test_the_nearest_come_first_with_their_way(client_of: Any, anna: Teacher, vera: Teacher, boris: Teacher, village_school: School, lyceum: School) -> None:
    near = make_school("Ближняя школа", latitude="56.90000", longitude="60.60000")
    School.objects.filter(pk=village_school.pk).update(latitude="56.80000", longitude="60.60000")
    School.objects.filter(pk=lyceum.pk).update(latitude="58.00000", longitude="60.60000")
    far, close, own = lend("А", school=lyceum, by=boris), lend("Б", school=near, by=boris), lend("В", school=village_school, by=vera)
    anna.school.refresh_from_db()
    page = client_of(Teacher.objects.get(pk=anna.pk)).get("/facilities/").content.decode()
    places = [page.index(f"facility:{facility.pk}") for facility in (own, close, far)]
    assert places == sorted(places)
    assert "около 11 км" in page
    assert "около 133 км" in page


@pytest.mark.parametrize("path", ["list", "page"])
def test_pages_cost_the_same_for_few_and_many(
    client_of: Any, vera: Teacher, boris: Teacher, path: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    facility = lend(school=vera.school, by=vera)
    address = "/facilities/" if path == "list" else f"{facility.get_absolute_url()}?week={coming()}"
    browser = client_of(vera)
    browser.get(address)

    def count() -> int:
        from django.db import connection

        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    few = count()
    for number in range(20):
        lend(f"Кабинет {number}", school=make_school(f"Школа {number}"), by=vera)
        booking = book(facility, stretch(coming(number % 6), f"{9 + number % 7:02}:00", f"{9 + number % 7:02}:15"), by=boris)
        if number % 2:
            accept_booking(booking, by=vera, leave_out_taken=False)
    assert count() - few in (0, 1 if path == "page" else 0, 2 if path == "page" else 0)
    assert few <= 12
