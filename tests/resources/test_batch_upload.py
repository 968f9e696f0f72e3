"""Files of a batch in pieces: what broke off goes on, nobody touches another's, a lost answer costs nothing."""

from typing import Any

import pytest
from django.test import Client

from communities.models import Teacher
from resources.models import Batch, BatchFile, Material
from resources.models.batch import Stage
from tests.factories.batches import lessons
from tests.factories.files import plain, zipped

pytestmark = pytest.mark.django_db
START = "/materials/batches/uploads/"


@pytest.fixture
def desk(anna: Teacher, client_of: Any) -> Client:
    return client_of(anna)


def start(desk: Client, name: str, size: int, batch: str = "") -> Any:
    return desk.post(START, {"name": name, "size": size, "material": batch})


def piece(desk: Client, url: str, offset: int, content: bytes) -> Any:
    return desk.patch(url, content, content_type="application/octet-stream", headers={"Upload-Offset": str(offset), "Accept": "application/json"})


def test_pieces_become_a_file_and_the_batch_goes_its_way(desk: Client) -> None:
    content = zipped(lessons("1.txt", "2.txt"))
    state = start(desk, "уроки.zip", len(content)).json()
    assert piece(desk, state["url"], 0, content[:100]).json()["offset"] == 100
    # A broken line: the browser asks how much has come, or announces the same file once more.
    assert desk.get(state["url"]).json()["offset"] == 100
    assert start(desk, "уроки.zip", len(content), state["material"]).json()["url"] == state["url"]
    answer = piece(desk, state["url"], 100, content[100:]).json()
    assert (answer["done"], "уроки.zip" in answer["row"]) == (True, True)
    assert piece(desk, state["url"], len(content), b"").json()["done"] is True
    assert desk.post(state["edit_url"], {"do": "check", "licence": "cc-by"}).status_code == 302
    batch = Batch.objects.get()
    assert (batch.stage, batch.lines.count()) == (Stage.CHECKED, 2)


def test_the_check_waits_for_what_has_not_come_whole(desk: Client) -> None:
    state = start(desk, "уроки.zip", 500).json()
    piece(desk, state["url"], 0, b"PK")
    page = desk.post(state["edit_url"], {"do": "check", "licence": "cc-by"}, follow=True).content.decode()
    assert "Не все файлы пришли целиком: уроки.zip" in page
    assert "data-unfinished" in page
    desk.post(state["edit_url"], {"do": f"remove-file:{state['id']}"})
    assert not BatchFile.objects.exists()


def test_a_piece_at_the_wrong_place_is_told_the_right_one(desk: Client) -> None:
    state = start(desk, "a.txt", 10).json()
    assert (piece(desk, state["url"], 5, b"x").status_code, piece(desk, state["url"], 5, b"x").json()["offset"]) == (409, 0)
    assert piece(desk, state["url"], 0, b"x" * 11).status_code == 422


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [("a.exe", 5, "этого типа"), ("a.zip", 10**12, "больше"), ("a.txt", 60 * 2**20, "больше 50"), ("a.txt", 0, "пуст"), ("../a.txt", 5, "путь")],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(name: str, size: int, words: str, desk: Client) -> None:
    answer = start(desk, name, size)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert not BatchFile.objects.exists()


def test_announced_room_is_taken(desk: Client, settings: Any) -> None:
    settings.TEACHER_QUOTA_BYTES = 100
    state = start(desk, "a.txt", 60).json()
    assert "свободно 40" in start(desk, "b.txt", 60, state["material"]).json()["error"]
    assert desk.delete(state["url"]).json() == {"removed": True}
    assert start(desk, "b.txt", 60, state["material"]).status_code == 201


def test_a_strangers_upload_is_not_there(desk: Client, boris: Teacher, client_of: Any) -> None:
    state = start(desk, "a.txt", 10).json()
    stranger = client_of(boris)
    assert [stranger.get(state["url"]).status_code, stranger.delete(state["url"]).status_code, piece(stranger, state["url"], 0, b"x").status_code] == [404] * 3
    assert start(stranger, "b.txt", 5, state["material"]).status_code == 404
    assert BatchFile.objects.count() == 1


def test_a_batch_under_way_takes_no_more_files(desk: Client) -> None:
    content = plain()
    state = start(desk, "a.txt", len(content)).json()
    piece(desk, state["url"], 0, content)
    desk.post(state["edit_url"], {"do": "check", "licence": "cc-by"})
    assert "проверяются" in start(desk, "b.txt", 5, state["material"]).json()["error"]
    assert not Material.objects.exists()


def test_open_batches_have_a_bound(desk: Client, anna: Teacher) -> None:
    for _number in range(20):
        Batch.objects.create(teacher=anna)
    assert "незавершённых пакетов" in start(desk, "a.txt", 5).json()["error"]
