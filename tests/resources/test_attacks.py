"""Ways around the rules that somebody tried: lost offices, days outside the calendar, the same form at the same moment."""

import io
import itertools
import struct
import threading
import uuid
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from communities.actions.calendar import renew_calendar_token
from communities.models import CalendarToken, Community, Membership, Notification, Teacher
from foundation.files.inside.refusal import Refusal
from foundation.files.inside.zips import MAX_DIRECTORY, Archive
from metrics.models import Activity
from resources.access import may_edit
from resources.access_care import is_carer
from resources.actions.booking import accept_booking, cancel_booking, request_booking
from resources.actions.submission import submit_material
from resources.actions.version import start_version
from resources.models import Booking, Collection, Custody, Facility, Material, MaterialReport, TakenSlot
from tests.factories.facilities import book, coming, lend, stretch
from tests.factories.materials import attach
from tests.factories.people import employ, join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


# --- an office that was lost ----------------------------------------------------------------------------------------------


@pytest.fixture
def former(anna: Teacher, boris: Teacher, community: Community) -> dict[str, Material]:
    """Борис was a curator of the community's library, and of the school's; he has left both. What stands there is public."""
    in_community = stand("Общее", author=anna, community=community, published_on=timezone.localdate())
    in_school = stand("Школьное", author=anna, school=anna.school, published_on=timezone.localdate())
    Membership.objects.filter(pk=join(community, boris).pk).update(left_on=timezone.localdate())
    for material in (in_community, in_school):
        material.library.curators.add(boris)
        MaterialReport.objects.create(material=material, reporter=anna, reason="link", words="Стр. 2")
    return {"community": in_community, "school": in_school}


@pytest.mark.parametrize("whose", ["community", "school"])
def test_a_curator_who_left_cares_no_more(client_of: Any, boris: Teacher, former: dict[str, Material], whose: str) -> None:
    material = former[whose]
    assert not is_carer(Teacher.objects.get(pk=boris.pk))
    assert client_of(boris).get("/materials/care/").status_code == 403
    answer = client_of(boris).post(f"/materials/{material.pk}/care/reported/", {"remedy": "archive", "words": "долой"})
    assert answer.status_code in (403, 404)
    material.refresh_from_db()
    assert material.status == "published"
    Custody.objects.create(material=material, taken_by=boris)
    assert not may_edit(boris, Material.objects.get(pk=material.pk))
    assert client_of(boris).get(f"/materials/{material.pk}/edit/").status_code == 403


@pytest.mark.parametrize("whose", ["community", "school"])
def test_a_curator_who_left_reads_no_version_in_review(client_of: Any, anna: Teacher, boris: Teacher, former: dict[str, Material], whose: str) -> None:
    material = former[whose]
    start_version(material, by=anna, changes="Тайные правки", with_files=False)
    file = attach(Material.objects.get(pk=material.pk), by=anna)
    submit_material(Material.objects.get(pk=material.pk), by=anna)
    assert client_of(boris).get(f"/materials/{material.pk}/review/").status_code == 403
    assert client_of(boris).get(f"/materials/{material.pk}/files/{file.pk}/").status_code == 404
    assert "Тайные правки" not in client_of(boris).get(material.get_absolute_url(), follow=True).content.decode()


@pytest.mark.parametrize(("visibility", "status"), [("community", 404), ("network", 200)])
def test_who_gave_a_collection_to_a_community_and_left_sees_what_others_see(
    client_of: Any, daria: Teacher, community: Community, visibility: str, status: int
) -> None:
    collection = Collection.objects.create(title="Тетрадь", slug="notes", owner=daria, community=community, visibility=visibility)
    address = collection.get_absolute_url()
    assert client_of(daria).get(address).status_code == 200
    Membership.objects.filter(teacher=daria).update(left_on=timezone.localdate())
    assert client_of(daria).get(address).status_code == status
    assert ("Тетрадь" in client_of(daria).get("/collections/?mine=1").content.decode()) == (status == 200)


# --- archives -------------------------------------------------------------------------------------------------------------


def zip64(entries: int, *, directory: int | None = None) -> bytes:
    """An archive of empty files that ends with ZIP64's records; the classic one behind them tells of a small directory."""
    named = [f"{number}.txt".encode() for number in range(entries)]
    files = [b"PK\x03\x04" + struct.pack("<HHHHHLLLHH", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name for name in named]
    starts = itertools.accumulate(map(len, files), initial=0)
    head = [struct.pack("<HHHHHHLLLHHHHHLL", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, start) for name, start in zip(named, starts, strict=False)]
    central = b"".join(b"PK\x01\x02" + fields + name for fields, name in zip(head, named, strict=True))
    body = b"".join(files)
    size = len(central) if directory is None else directory
    end = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, entries, entries, size, len(body))
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, len(body) + len(central), 1)
    return body + central + end + locator + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, 100, 0xFFFFFFFF, 0)


def test_a_directory_behind_zip64_is_bounded_before_it_is_read() -> None:
    assert len(Archive(io.BytesIO(zip64(3)), entries=5).infos) == 3
    for data in (zip64(3, directory=MAX_DIRECTORY + 1), zip64(60_000)):
        with pytest.raises(Refusal) as refused, mock.patch("zipfile.ZipFile", side_effect=AssertionError("was read")):
            Archive(io.BytesIO(data), entries=5)
        assert refused.value.code == "archive_entries"


# --- bookings -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def laboratory(vera: Teacher) -> Facility:
    return lend(school=vera.school, by=vera)


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-25", "0001-01-01"])
def test_the_edges_of_the_calendar_are_told_at_the_field(client_of: Any, boris: Teacher, laboratory: Facility, day: str) -> None:
    wish = {"day": day, "begins": "10:00", "ends": "11:00", "repeat": "1", "until": "9999-12-31", "school": boris.school_id}
    answer = client_of(boris).post(f"/facilities/{laboratory.pk}/book/", {**wish, "purpose": "Оптика", "form_key": str(uuid.uuid4())})
    assert answer.status_code == 200
    assert 'class="err-msg"' in answer.content.decode()
    assert not Booking.objects.exists()


def test_who_kept_a_facility_and_left_the_school_answers_no_more(client_of: Any, anna: Teacher, boris: Teacher, laboratory: Facility) -> None:
    Facility.objects.update(responsible=anna)
    booking = book(laboratory, by=boris, purpose="Тайная цель")
    page, answer = booking.get_absolute_url(), f"/facilities/bookings/{booking.pk}/answer/"
    assert "Тайная цель" in client_of(anna).get(page).content.decode()
    renew_calendar_token(by=anna)
    token = CalendarToken.objects.get(teacher=anna).token
    anna.employments.update(ended_on=timezone.localdate())
    employ(anna, boris.school)
    assert client_of(anna).get(page).status_code == 404
    assert client_of(anna).post(answer, {"decision": "accepted"}).status_code == 404
    assert "Тайная цель" not in client_of(anna).get("/facilities/bookings/?answer=1").content.decode()
    accept_booking(booking, by=Teacher.objects.get(employments__is_coordinator=True))
    assert b"VEVENT" not in client_of(anna).get(f"/calendar/{token}.ics").content
    before = Notification.objects.filter(recipient=anna).count()
    book(laboratory, stretch(coming(weeks=3)), by=boris)
    assert Notification.objects.filter(recipient=anna).count() == before


@pytest.mark.parametrize("broken", ["\r", "\r\n", "\n", "\x0b", "\x85", "\u2028"])
def test_no_line_of_a_calendar_is_a_users(client_of: Any, boris: Teacher, laboratory: Facility, broken: str) -> None:
    told = broken.join(["Зал", "END:VEVENT", "BEGIN:VEVENT", "SUMMARY:чужое"])
    Facility.objects.update(title=told, place=told)
    book(Facility.objects.get(), by=boris)
    renew_calendar_token(by=boris)
    feed = client_of(boris).get(f"/calendar/{CalendarToken.objects.get(teacher=boris).token}.ics").content.decode()
    assert [line for line in feed.splitlines() if line.startswith(("BEGIN:VEVENT", "END:VEVENT", "SUMMARY"))] == [
        "BEGIN:VEVENT",
        "SUMMARY:Зал END:VEVENT BEGIN:VEVENT SUMMARY:чужое",
        "END:VEVENT",
    ]


def at_once(*acts: Any) -> list[BaseException]:
    """Do all of it at the same moment; what was raised."""
    start, raised = threading.Barrier(len(acts)), []

    def alone(act: Any) -> None:
        try:
            start.wait()
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=alone, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_booking_form_sent_twice_at_the_same_moment_is_one_booking(boris: Teacher, laboratory: Facility) -> None:
    for week in range(1, 6):
        key, time = uuid.uuid4(), stretch(coming(weeks=week))

        def ask(key: uuid.UUID = key, time: Any = time) -> None:
            me = Teacher.objects.get(pk=boris.pk)
            request_booking(Facility.objects.get(), [time], by=me, school=me.school, purpose="Оптика", form_key=key)

        assert at_once(*[ask] * 4) == []
        assert Booking.objects.count() == week


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_accepted_and_taken_back_at_the_same_moment_leaves_the_ledger_even(boris: Teacher, vera: Teacher, laboratory: Facility) -> None:
    for week in range(1, 9):
        booking = book(laboratory, stretch(coming(weeks=week)), by=boris)
        at_once(
            lambda pk=booking.pk: accept_booking(Booking.objects.select_related("facility__school", "school").get(pk=pk), by=Teacher.objects.get(pk=vera.pk)),
            lambda pk=booking.pk: cancel_booking(Booking.objects.get(pk=pk), by=Teacher.objects.get(pk=boris.pk)),
        )
        booking.refresh_from_db()
        if booking.cancelled_at:
            assert not TakenSlot.objects.filter(time__booking=booking).exists()
            lent = Activity.objects.filter(verb="facility-lent", object_id=booking.pk)
            assert sum(row.delta for row in lent) == 0
