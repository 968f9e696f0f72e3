"""Places of an event in a real browser, with JavaScript and without: full, the waiting list, moving up, who was there."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from communities.models import Community, Teacher
from events.actions.event_part import save_site
from events.actions.registration import register
from events.models import Event, Participation, Registration
from events.views.attendance import CHECK_IN
from tests.browser.conftest import Reader
from tests.browser.test_accessibility import MODES, too_wide, violations, wish
from tests.browser.test_journey import sign_in
from tests.factories.events import coming, make_event

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TABLE = "Имя;Электронная почта;Минут\nАнна Власова;;95\nГость с телефона;;40\nБорис;boris@example.org;12\n"


def place_of(reader: Reader, event: Event) -> Any:
    """The tag that says how one stands."""
    return reader.open(event.get_absolute_url()).locator("[aria-labelledby=mine] .tag")


def ask(reader: Reader, event: Event, words: str) -> Page:
    """The button stands right after the head, above what the event is about."""
    page = reader.open(event.get_absolute_url())
    button = page.locator(f"#register button:has-text('{words}')")
    about = page.locator("[aria-labelledby=about]")
    assert button.bounding_box()["y"] < about.bounding_box()["y"]
    button.click()
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_more_people_than_places(
    javascript: bool, reader_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher, vera: Teacher, tmp_path: Path
) -> None:
    event = make_event(community, by=daria, capacity=1, description="Опыты с линзами.", title="Оптика на кухне")
    phones = {person: reader_of(javascript=javascript, width=390) for person in (anna, boris, vera)}
    for person, reader in phones.items():
        sign_in(reader, person)
    ask(phones[anna], event, "Записаться")
    expect(place_of(phones[anna], event)).to_have_text("место за вами")
    for number, person in enumerate((boris, vera), 1):
        page = ask(phones[person], event, "В лист ожидания")
        expect(page.locator(".notes")).to_contain_text("Все места заняты")
        expect(place_of(phones[person], event)).to_have_text(f"в листе ожидания: № {number}")

    # Anna cannot come: asked once more, then the first of the line has her place.
    page = phones[anna].open(event.get_absolute_url())
    page.click("main a:has-text('Отозвать')")
    page.click("main form button.btn-1")
    expect(page.locator("#register")).to_be_visible()
    expect(place_of(phones[boris], event)).to_have_text("место за вами")
    expect(place_of(phones[vera], event)).to_have_text("в листе ожидания: № 1")
    expect(phones[boris].open("/events/mine/").locator("main")).to_contain_text("Оптика на кухне")

    # One place more: the next one moves up.
    desk = reader_of(javascript=javascript)
    sign_in(desk, daria)
    page = desk.open(f"/events/{event.pk}/edit/")
    page.fill("input[name=capacity]", "2")
    page.click("main form button.btn-1")
    expect(place_of(phones[vera], event)).to_have_text("место за вами")

    # The list as a table.
    page = desk.open(f"/events/{event.pk}/registrations/")
    expect(page.locator("main tbody tr")).to_have_count(2)
    with page.expect_download() as download:
        page.click("main a:has-text('CSV')")
    download.value.save_as(tmp_path / "list.csv")
    rows = list(csv.reader((tmp_path / "list.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["Борис Львович Королёв", "Вера Ивановна Мельник"]
    # Beside the icon that only a real installation serves.
    assert [words for reader in (desk, *phones.values()) for words in reader.complaints if "404" not in words] == []
    assert Event.objects.get(pk=event.pk).taken == Registration.objects.filter(state="taken").count() == 2


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_who_was_there(javascript: bool, reader_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher, tmp_path: Path) -> None:
    event = make_event(community, by=daria, starts_at=timezone.now())
    for person in (anna, boris):
        Registration.objects.create(event=event, teacher=person, state="taken")
    desk, phone = reader_of(javascript=javascript), reader_of(javascript=javascript, width=390)
    sign_in(desk, daria)
    page = desk.open(f"/events/{event.pk}/attendance/code/")
    expect(page.locator("svg.qr")).to_be_visible()

    # Behind the code: sign in, then the button.
    page = phone.open(reverse("check_in", args=[signing.dumps(event.pk, salt=CHECK_IN)]))
    assert "/accounts/login/" in page.url
    sign_in(phone, boris)
    page = phone.open(reverse("check_in", args=[signing.dumps(event.pk, salt=CHECK_IN)]))
    assert not Participation.objects.exists()
    page.click("main form button.btn-1")
    expect(page.locator(".notes")).to_contain_text("Вы отмечены")

    # The table of the online room: looked over, then written.
    path = tmp_path / "встреча.csv"
    path.write_text(TABLE, "utf-8")
    page = desk.open(f"/events/{event.pk}/attendance/table/")
    page.set_input_files("input[name=table]", path)
    page.click("main form button.btn-1")
    expect(page.locator("main")).to_contain_text("строка 3: Гость с телефона")
    assert Participation.objects.count() == 1
    page.click("main form:has(input[name=sealed]) button")
    expect(page.locator("input[name=present]:checked")).to_have_count(2)
    assert dict(Participation.objects.values_list("teacher", "minutes")) == {boris.pk: None, anna.pk: 95}


@pytest.mark.parametrize(("width", "mode"), [(1280, "light"), (320, "dark")])
def test_the_pages_are_accessible(mode: str, width: int, reader_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    event = make_event(community, by=daria, capacity=1, title="Превысокомногорассмотрительствующая оптика", starts_at=timezone.now())
    sited = make_event(community, by=daria, starts_at=coming(3))
    for name in ("Школа № 12, второй этаж", "Превысокомногорассмотрительствующий лицей"):
        save_site(sited, by=daria, name=name, school=None, address="", capacity=5)
    Registration.objects.create(event=event, teacher=anna, state="taken")
    waiting = Registration.objects.create(event=event, teacher=boris, state="waiting")
    register(sited, teacher=anna, by=anna, site=sited.sites.first())
    reader: Reader = reader_of(width=width)
    sign_in(reader, daria)
    wish(reader, MODES[mode])
    pages = (
        "registrations/",
        "registrations/new/",
        "registrations/?format=paper",
        "attendance/",
        "attendance/table/",
        "attendance/code/",
        "attendance/code/?screen=1",
    )
    paths = [f"/events/{event.pk}/{page}" for page in pages]
    proposed = make_event(community, by=daria, announced=False)
    Event.objects.filter(pk=proposed.pk).update(status="proposed")
    paths += [event.get_absolute_url(), sited.get_absolute_url(), "/events/mine/", f"/events/registrations/{waiting.pk}/cancel/", proposed.get_absolute_url()]
    paths += [reverse("check_in", args=[signing.dumps(event.pk, salt=CHECK_IN)])]
    for path in paths:
        page = reader.open(path)
        assert violations(page) == [], (mode, width, path)
        assert too_wide(page) == [], (mode, width, path)
