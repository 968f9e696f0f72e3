"""What people send by mistake or on purpose: a clear word, nothing lost, nothing half-made."""

import datetime
import os
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, TestCase
from django.utils import timezone

from communities.models import Community, Teacher
from foundation.files import receiving
from foundation.files.errors import StorageFull
from foundation.files.storage import keep, stored_names, temporary_folder
from resources.actions.batch import make_drafts
from resources.models import Batch, BatchFile, Library, Material, MaterialFile, MaterialPreview
from resources.models.batch import LineState, Stage
from resources.views import batch as views
from tests.factories.batches import NEW, key_of, lessons, link_zip, million_entries, named_zip, press, semicolons, send, sent, xlsx
from tests.factories.files import plain, program, with_encrypted_flag, zip_bomb, zipped
from tests.factories.people import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(anna: Teacher, client_of: Any) -> Client:
    return client_of(anna)


def page_of(desk: Client, batch: Batch) -> str:
    return desk.get(batch.get_absolute_url()).content.decode()


# --- archives -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        pytest.param(named_zip(b"../../etc/passwd.txt"), "опасные имена", id="up"),
        pytest.param(named_zip(b"/etc/passwd.txt"), "опасные имена", id="absolute"),
        pytest.param(named_zip(b"C:\\windows\\a.txt"), "опасные имена", id="drive"),
        pytest.param(link_zip(), "опасные имена", id="link"),
        pytest.param(with_encrypted_flag(zipped(lessons("урок.txt"))), "паролем", id="password"),
        pytest.param(million_entries(), "слишком много файлов", id="million"),
        pytest.param(zip_bomb(), "вредоносные", id="bomb"),
        pytest.param(zipped(lessons("урок.txt"))[:-30], "повреждён", id="cut"),
        pytest.param(b"PK\x03\x04" + b"x" * 100, "повреждён", id="rubbish"),
        pytest.param(zipped({".DS_Store": b"\0"}), "нет файлов", id="empty"),
    ],
)
def test_an_archive_that_cannot_be_trusted_goes_back_with_its_reason(archive: bytes, words: str, desk: Client) -> None:
    batch = send(desk, sent("уроки.zip", archive))
    assert (batch.stage, batch.lines.count(), Material.objects.count()) == (Stage.COLLECTING, 0, 0)
    assert [words in problem and problem.startswith("уроки.zip: ") for problem in batch.problems] == [True], batch.problems
    assert words in page_of(desk, batch)
    # The files that were sent stay until they are replaced.
    assert batch.files.count() == 1


def test_what_is_wrong_with_one_file_of_an_archive_is_one_line(desk: Client, settings: Any) -> None:
    settings.FILE_MAX_BYTES = 100_000
    broken = {"вирус.docx": program(), "старый.doc": b"\xd0\xcf\x11\xe0", "большой.txt": b"x" * 100_001, "пустой.txt": b""}
    members = {"вложенный.zip": zipped(lessons("а.txt")), **broken}
    batch = send(desk, sent("уроки.zip", zipped({**members, **lessons("урок.txt")})))
    said = {line.names[0]: line.problems[0] if line.problems else line.state for line in batch.lines.all()}
    assert said.pop("урок.txt") == "ready"
    assert "старой версии Office" in said["старый.doc"]
    assert "больше 98" in said["большой.txt"]
    assert "пуст" in said["пустой.txt"]
    assert "ещё один архив" in said["вложенный.zip"]
    assert len(said) == 5
    press(desk, batch, "make")
    assert list(Material.objects.values_list("title", flat=True)) == ["Урок"]


def test_a_file_of_an_unknown_type_is_refused_before_the_check(desk: Client) -> None:
    batch = send(desk, sent("программа.exe", program()), sent("урок.txt", plain()))
    assert (batch.stage, [file.name for file in batch.files.all()]) == (Stage.COLLECTING, ["урок.txt"])
    assert "программа.exe: Файлы этого типа" in page_of(desk, batch)
    desk.post(batch.get_absolute_url(), {"do": "check", "licence": "cc-by"})
    assert [line.state for line in batch.lines.all()] == ["ready"]


def test_nothing_sent_is_said(desk: Client) -> None:
    batch = send(desk)
    assert "Сначала выберите ZIP" in page_of(desk, batch)


# --- tables -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "words"),
    [
        pytest.param(
            xlsx([("урок.txt", "Первый")], ("Имя", "Заголовок")),
            "материалы.xlsx:1:file: в таблице нет столбца «Файл»; возможные",
            id="wrong",
        ),
        pytest.param(xlsx([("урок.txt", "а", "б")], header=("Файл", "Название", "title")), "материалы.xlsx:1:title: столбец стоит дважды", id="twice"),
        pytest.param(b"PK\x03\x04rubbish", "материалы.xlsx: ", id="damaged"),
    ],
)
def test_a_table_that_is_none_is_named_with_what_was_expected(table: bytes, words: str, desk: Client) -> None:
    batch = send(desk, sent("a.zip", zipped({**lessons("урок.txt"), "материалы.xlsx": table})))
    assert (batch.stage, batch.lines.count()) == (Stage.COLLECTING, 0)
    assert any(words in problem for problem in batch.problems), batch.problems


def test_two_tables_are_one_too_many(desk: Client) -> None:
    table = semicolons([("урок.txt", "Первый")], ("Файл", "Название"))
    batch = send(desk, sent("a.zip", zipped({**lessons("урок.txt"), "один.csv": table, "два.csv": table})))
    assert "несколько" in batch.problems[0]


def test_unknown_columns_are_named_and_left_out(desk: Client) -> None:
    table = semicolons([("урок.txt", "Первый", "7", "x")], ("Файл", "Название", "id", "Цвет"))
    batch = send(desk, sent("a.zip", zipped({**lessons("урок.txt"), "список.csv": table})))
    assert [note.startswith("список.csv:1:Цвет: незнакомый столбец пропущен") for note in batch.notes] == [True]
    assert [line.state for line in batch.lines.all()] == ["ready"]
    assert "незнакомый столбец" in page_of(desk, batch)


def test_rows_and_files_that_do_not_meet(desk: Client) -> None:
    rows = [("урок 1.txt", "Первый"), ("УРОК 1.TXT", "Второй"), ("нет.txt", "Третий"), ("../урок 2.txt", "Четвёртый"), ("", "Пятый"), ("план.txt", "Шестой")]
    members = {**lessons("урок 1.txt", "урок 2.txt", "5 класс/план.txt", "6 класс/план.txt")}
    batch = send(desk, sent("a.zip", zipped({**members, "список.csv": semicolons(rows, ("Файл", "Название"))})))
    lines = list(batch.lines.all())
    assert [(line.row, line.state) for line in lines[:6]] == [(2, "ready"), (3, "broken"), (4, "broken"), (5, "broken"), (6, "broken"), (7, "broken")]
    problems = [line.row_problems[0] for line in lines[1:6]]
    assert problems[0] == "3:file: файл «УРОК 1.TXT» уже стоит в строке 2; каждый файл нужен один раз"
    assert problems[1].startswith("4:file: нет файла «нет.txt»")
    assert problems[2].startswith("5:file: ")
    assert problems[3] == "6:file: ячейка пуста; нужно имя файла"
    assert problems[4].startswith("7:file: файлов «план.txt» несколько")
    rest = [(line.names, line.notes) for line in lines[6:]]
    assert [names for names, _notes in rest] == [["5 класс/план.txt"], ["6 класс/план.txt"], ["урок 2.txt"]]
    assert all("В таблице этого файла нет" in notes[0] for _names, notes in rest)


def test_a_table_alone_makes_nothing(desk: Client) -> None:
    batch = send(desk, sent("материалы.csv", semicolons([("урок.txt", "Первый")], ("Файл", "Название"))))
    # Its row is a line that waits for its file.
    assert [line.state for line in batch.lines.all()] == ["broken"]


def test_too_many_materials_are_too_many(desk: Client, settings: Any) -> None:
    settings.BATCH_MAX_LINES = 2
    batch = send(desk, sent("a.zip", zipped(lessons("1.txt", "2.txt", "3.txt"))))
    assert batch.problems == ["Материалов 3, а в одном пакете может быть не больше 2. Разделите его на несколько."]


# --- twice --------------------------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_batch(desk: Client) -> None:
    key = key_of(desk)
    for _time in range(2):
        assert desk.post(NEW, {"key": key, "files": [sent("урок.txt", plain())], "licence": "cc-by", "do": "check"}).status_code == 302
    assert (Batch.objects.count(), BatchFile.objects.count(), Batch.objects.get().lines.count()) == (1, 1, 1)


def test_made_twice_is_made_once(desk: Client, anna: Teacher) -> None:
    batch = send(desk, sent("a.zip", zipped(lessons("1.txt", "2.txt"))))
    press(desk, batch, "make")
    press(desk, batch, "make")
    assert Material.objects.count() == 2
    assert make_drafts(batch, by=anna) == 0


# --- room ---------------------------------------------------------------------------------------------------------------------


def test_without_room_nothing_is_kept_and_the_free_room_is_named(desk: Client, settings: Any) -> None:
    settings.TEACHER_QUOTA_BYTES = 1000
    batch = send(desk, sent("a.txt", b"x" * 700), sent("b.txt", b"y" * 700))
    assert [file.name for file in batch.files.all()] == ["a.txt"]
    page = page_of(desk, batch)
    assert "b.txt: Ваши файлы займут больше 1000" in page
    assert "свободно 300\u00a0байт" in page
    assert len(list(stored_names())) == 1


def test_drafts_that_do_not_fit_are_not_begun(desk: Client, settings: Any) -> None:
    batch = send(desk, sent("a.zip", zipped({"1.txt": b"x" * 900, "2.txt": b"y" * 900})))
    settings.TEACHER_QUOTA_BYTES = 1000
    press(desk, batch, "make")
    assert ({line.state for line in batch.lines.all()}, Material.objects.count()) == ({LineState.READY}, 0)
    press(desk, batch, f"drop:{batch.lines.first().pk}")
    press(desk, batch, "make")
    assert (batch.stage, Material.objects.count()) == (Stage.DONE, 1)


def test_a_librarys_room_holds_for_batches_and_for_single_files(desk: Client, anna: Teacher, community: Community) -> None:
    join(community, anna)
    library = Library.objects.create(community=community, quota_bytes=1000)
    batch = send(desk, sent("a.zip", zipped({"1.txt": b"x" * 900, "2.txt": b"y" * 900})), library=f"community-{community.pk}")
    press(desk, batch, "make")
    assert Material.objects.count() == 0
    press(desk, batch, f"drop:{batch.lines.first().pk}")
    press(desk, batch, "make")
    assert Material.objects.get().library == library
    answer = desk.post("/materials/new/", {"title": "Ещё", "library": f"community-{community.pk}", "files": [sent("3.txt", b"z" * 200)]})
    assert "свободно 100\u00a0байт" in answer.content.decode()
    assert Material.objects.count() == 1
    answer = desk.post("/materials/new/", {"title": "Ещё", "library": f"community-{community.pk}", "files": [sent("3.txt", b"z" * 100)]})
    assert answer.status_code == 302


def test_administrators_alone_measure_a_library(desk: Client, zhanna: Teacher, daria: Teacher, community: Community, client_of: Any) -> None:
    library = Library.objects.create(community=community)
    path = f"/libraries/{library.pk}/settings/"
    assert client_of(daria).post(path, {"do": "quota", "quota_gb": "5"}).status_code == 403
    assert "quota_gb" not in client_of(daria).get(path).content.decode()
    assert "Из 20\u00a0ГБ занято" in client_of(daria).get(path).content.decode()
    office = client_of(zhanna)
    for said, bytes_ in (("5", 5 * 1024**3), ("", None), ("-1", None), ("много", None)):
        office.post(path, {"do": "quota", "quota_gb": said})
        library.refresh_from_db()
        assert library.quota_bytes == bytes_


# --- the disk is full -----------------------------------------------------------------------------------------------------------


def full_at(monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    calls = iter(range(1, 100))

    def keep_or_not(*args: Any) -> str:
        if next(calls) == call:
            raise StorageFull("no space left on device")
        return keep(*args)

    monkeypatch.setattr(receiving, "keep", keep_or_not)


def test_a_full_disk_in_the_middle_breaks_one_line_that_is_tried_again(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = send(desk, sent("a.zip", zipped(lessons("1.txt", "2.txt", "3.txt"))))
    full_at(monkeypatch, 2)
    press(desk, batch, "make")
    assert [line.state for line in batch.lines.all()] == ["made", "broken", "made"]
    assert "закончилось место" in page_of(desk, batch)
    assert (Material.objects.count(), MaterialFile.objects.count()) == (2, 2)
    press(desk, batch, "retry")
    press(desk, batch, "make")
    assert (batch.stage, Material.objects.count()) == (Stage.DONE, 3)
    kept = [*MaterialFile.objects.values_list("stored_name", flat=True), *MaterialPreview.objects.values_list("stored_name", flat=True)]
    assert sorted(stored_names()) == sorted(kept)


def test_a_full_disk_while_sending_keeps_what_has_come(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    real = views.receive

    def receive(upload: Any, **options: Any) -> Any:
        if upload.name == "2.txt":
            raise StorageFull("no space left on device")
        return real(upload, **options)

    monkeypatch.setattr(views, "receive", receive)
    batch = send(desk, sent("1.txt", plain("а")), sent("2.txt", plain("б")))
    assert (batch.stage, [file.name for file in batch.files.all()]) == (Stage.COLLECTING, ["1.txt"])
    assert "2.txt: На портале закончилось место" in page_of(desk, batch)


# --- left behind ------------------------------------------------------------------------------------------------------------------


def test_abandoned_batches_are_swept_with_what_was_sent(desk: Client, settings: Any) -> None:
    old, young = (send(desk, sent("a.zip", zipped(lessons("1.txt", "нет.exe")))) for _time in range(2))
    press(desk, old, "make")
    Batch.objects.filter(pk=old.pk).update(changed_at=timezone.now() - datetime.timedelta(days=settings.BATCH_KEEP_DAYS + 1))
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("sweep")
    assert list(Batch.objects.all()) == [young]
    assert [file.batch for file in BatchFile.objects.all()] == [young]
    # The draft that was made stays with its file.
    assert Material.objects.count() == 1
    call_command("check_storage")


def test_what_a_crash_left_between_file_and_row_is_swept(desk: Client) -> None:
    batch = send(desk, sent("a.zip", zipped(lessons("1.txt", "нет.exe"))))
    with TestCase.captureOnCommitCallbacks():
        desk.post(f"{batch.get_absolute_url()}discard/")
    # The process was killed before the commit's callbacks: rows gone, bytes there.
    from django.core.files.storage import default_storage

    for name in stored_names():
        os.utime(default_storage.path(name), (0, 0))
    for path in temporary_folder().iterdir():
        os.utime(path, (0, 0))
    call_command("sweep")
    assert (list(stored_names()), list(temporary_folder().iterdir())) == ([], [])
