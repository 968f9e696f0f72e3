"""Documents of an event: words of the network's templates, tables from what the portal knows, letters with marks that they were read."""

import io
from typing import Any

import docx
import pytest

from communities.models import Community, Notification, School, Teacher
from events.actions.registration import register
from events.models import SchoolNotice
from events.models.document import DocumentKind
from tests.events.test_contest import BOTH, closed
from tests.factories.events import make_event

pytestmark = pytest.mark.django_db


def paper(browser: Any, event: Any, kind: str) -> Any:
    answer = browser.get(f"/events/{event.pk}/documents/{kind}.docx")
    assert answer.status_code == 200
    return docx.Document(io.BytesIO(answer.content))


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_every_document_opens_and_names_the_event(kind: str, client_of: Any, community: Community, daria: Teacher) -> None:
    event = make_event(community, by=daria, title="Семинар «Оптика»")
    words = "\n".join(line.text for line in paper(client_of(daria), event, kind).paragraphs)
    assert "Семинар „Оптика“" in words
    assert "{" not in words


def test_the_sheet_lists_who_has_a_place_and_the_words_are_the_network_s(
    client_of: Any, community: Community, daria: Teacher, anna: Teacher, evgenia: Teacher
) -> None:
    event = make_event(community, by=daria, capacity=1)
    register(event, teacher=anna, by=anna)
    assert client_of(daria).post("/events/templates/sheet/", {"text": "Лист: {title}"}).status_code == 403
    client_of(evgenia).post("/events/templates/sheet/", {"text": "Лист: {title} <b>{date}</b>"})
    sheet = paper(client_of(daria), event, "sheet")
    assert [row.cells[1].text for row in sheet.tables[0].rows] == ["Имя", "Анна Игоревна Власова"]
    assert any(line.text.startswith("Лист: Семинар по оптике <b>") for line in sheet.paragraphs)


def test_minutes_of_the_jury_hold_codes_and_no_child(client_of: Any, evgenia: Teacher, anna: Teacher) -> None:
    event, (result,) = closed(evgenia, (anna, "Зуева Мария", BOTH))
    minutes = paper(client_of(evgenia), event, "jury")
    words = "\n".join([line.text for line in minutes.paragraphs] + [cell.text for table in minutes.tables for row in table.rows for cell in row.cells])
    assert result.code in words
    assert "Зуева" not in words


def test_a_letter_goes_to_schools_once_and_is_marked_as_read(
    client_of: Any, community: Community, daria: Teacher, vera: Teacher, anna: Teacher, village_school: School
) -> None:
    event = make_event(community, by=daria)
    for _twice in range(2):
        client_of(daria).post(f"/events/{event.pk}/documents/", {"schools": [village_school.slug]})
    notice = SchoolNotice.objects.get()
    assert Notification.objects.filter(recipient=vera, kind="event-letter").count() == 1
    assert client_of(anna).get(f"/events/{event.pk}/documents/").status_code == 403
    assert client_of(anna).post(f"/events/letters/{notice.pk}/read/").status_code == 404
    assert client_of(vera).get(f"/events/{event.pk}/documents/letter.docx").status_code == 200
    assert client_of(vera).get(f"/events/{event.pk}/documents/sheet.docx").status_code == 403
    client_of(vera).post(f"/events/letters/{notice.pk}/read/")
    notice.refresh_from_db()
    assert notice.read_by == vera
    assert "ознакомлены" in client_of(daria).get(f"/events/{event.pk}/documents/").content.decode()
