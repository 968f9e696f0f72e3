"""Many at once: what is sent becomes lines, lines become drafts; each once, and a broken one holds up no other."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from communities.models import Community, Teacher
from foundation.files.storage import stored_names, temporary_folder
from resources.models import Batch, BatchFile, Material, MaterialFile, MaterialPreview
from resources.models.batch import LineState, Stage
from tests.factories.batches import lessons, press, semicolons, send, sent, windows_zip, xlsx
from tests.factories.files import plain, word, zipped
from tests.factories.people import join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db

HEADER2 = ("file", "title")
ROWS = [
    ("урок 1.txt", "Закон Ома", "конспект урока", "физика", "8", "CC BY-SA", "Первый урок темы"),
    ("папка/урок 2.txt", "", "", "химия", "9-10", "", ""),
]


@pytest.fixture
def desk(anna: Teacher, client_of: Any) -> Client:
    return client_of(anna)


def bundle(rows: Any = ROWS, names: Any = ("урок 1.txt", "папка/урок 2.txt")) -> Any:
    return sent("уроки.zip", zipped({**lessons(*names), "материалы.xlsx": xlsx(rows)}))


def states(batch: Batch) -> list[str]:
    return list(batch.lines.values_list("state", flat=True))


def test_a_zip_with_a_table_becomes_drafts_with_the_tables_words(desk: Client, anna: Teacher) -> None:
    batch = send(desk, bundle())
    assert (batch.stage, states(batch), Material.objects.count()) == (Stage.CHECKED, ["ready", "ready"], 0)
    page = desk.get(batch.get_absolute_url()).content.decode()
    assert "Закон Ома" in page
    assert "урок 2.txt" in page
    press(desk, batch, "make")
    first, second = (line.material for line in batch.lines.select_related("material__subject", "material__type"))
    assert (first.title, first.subject.code, first.type.code, first.grade_from, first.licence) == ("Закон Ома", "physics", "lesson-plan", 8, "cc-by-sa")
    assert (first.annotation, first.filled_by["title"]) == ("Первый урок темы", "author")
    # What the table leaves empty is guessed, and says so.
    assert (second.title, second.subject.code, second.grade_from, second.grade_to, second.filled_by["title"]) == ("Урок 2", "chemistry", 9, 10, "portal")
    assert [material.created_by for material in (first, second)] == [anna, anna]
    assert {material.status for material in (first, second)} == {"draft"}
    assert batch.stage == Stage.DONE


def test_what_was_sent_goes_when_all_is_made(desk: Client) -> None:
    batch = press(desk, send(desk, bundle()), "make")
    assert not BatchFile.objects.exists()
    kept = [*MaterialFile.objects.values_list("stored_name", flat=True), *MaterialPreview.objects.values_list("stored_name", flat=True)]
    assert sorted(stored_names()) == sorted(kept)
    assert list(temporary_folder().iterdir()) == []
    assert "Открыть черновик" in desk.get(batch.get_absolute_url()).content.decode()


def test_several_files_without_a_table_are_guessed(desk: Client) -> None:
    batch = send(desk, sent("Контрольная по физике 8 класс.txt", plain()), sent("урок.docx", word()))
    page = desk.get(batch.get_absolute_url()).content.decode()
    assert "угадано: название · контрольно-измерительные материалы · физика · 8\u00a0класс" in page
    press(desk, batch, "make")
    assert sorted(Material.objects.values_list("subject__code", "grade_from", "file_count"))[0][2] == 1
    assert Material.objects.count() == 2


@pytest.mark.parametrize(
    "table", [semicolons(ROWS), semicolons(ROWS, encoding="cp1251"), semicolons(ROWS, encoding="utf-16"), semicolons([row[:2] for row in ROWS], HEADER2)]
)
def test_tables_of_every_kind_are_understood(table: bytes, desk: Client) -> None:
    batch = send(desk, sent("уроки.zip", zipped({**lessons("урок 1.txt", "папка/урок 2.txt"), "список.csv": table})))
    assert [line.values.get("title") for line in batch.lines.all()] == ["Закон Ома", None]


def test_several_files_of_one_row_are_one_material(desk: Client) -> None:
    batch = send(desk, sent("a.zip", zipped({**lessons("план.txt", "лист.txt"), "materials.csv": semicolons([("план.txt|лист.txt", "Всё вместе")], HEADER2)})))
    press(desk, batch, "make")
    material = Material.objects.get()
    assert (material.title, material.file_count) == ("Всё вместе", 2)


def test_a_broken_line_holds_up_no_other_and_can_be_mended(desk: Client) -> None:
    rows = [*ROWS, ("нет такого.txt", "Пропавший"), ("урок 3.txt", "Третий", "", "магия", "12")]
    batch = send(desk, bundle(rows, ("урок 1.txt", "папка/урок 2.txt", "урок 3.txt")))
    assert states(batch) == ["ready", "ready", "broken", "broken"]
    page = desk.get(batch.get_absolute_url()).content.decode()
    assert "4:file: нет файла «нет такого.txt»" in page
    assert "5:subject: «магия»" in page
    assert "5:grades: «12»" in page
    press(desk, batch, "make")
    assert (batch.stage, Material.objects.count()) == (Stage.CHECKED, 2)
    missing, wrong = batch.lines.filter(state=LineState.BROKEN)
    answer = desk.post(f"{batch.get_absolute_url()}lines/{wrong.pk}/", {"title": "Третий", "grades": ["7"]})
    assert answer.status_code == 302
    answer = desk.post(f"{batch.get_absolute_url()}lines/{missing.pk}/", {"title": "Нашёлся", "file": sent("вот.txt", plain("вот"))})
    assert answer.status_code == 302, answer.content.decode()
    press(desk, batch, "make")
    assert batch.stage == Stage.DONE
    assert sorted(Material.objects.values_list("title", flat=True)) == ["Закон Ома", "Нашёлся", "Третий", "Урок 2"]
    assert Material.objects.get(title="Третий").grade_from == 7


def test_lines_may_be_left_out_and_taken_in_again(desk: Client) -> None:
    batch = send(desk, bundle())
    first = batch.lines.first()
    press(desk, batch, f"drop:{first.pk}")
    assert states(batch) == ["dropped", "ready"]
    press(desk, batch, f"retry:{first.pk}")
    assert states(batch) == ["ready", "ready"]
    press(desk, batch, f"drop:{first.pk}")
    press(desk, batch, "make")
    assert (states(batch), batch.stage, Material.objects.count()) == (["dropped", "made"], Stage.DONE, 1)


def test_when_every_line_is_left_out_the_batch_is_finished(desk: Client) -> None:
    batch = send(desk, sent("a.zip", zipped({"плохой.exe": b"MZ\x00\x00"})))
    assert states(batch) == ["broken"]
    press(desk, batch, "drop-broken")
    assert batch.stage == Stage.DONE
    assert not BatchFile.objects.exists()


def test_the_table_may_be_mended_and_everything_read_anew(desk: Client) -> None:
    batch = send(desk, bundle([("нет.txt", "Пропавший")]))
    assert states(batch) == ["broken", "ready", "ready"]
    press(desk, batch, "files")
    assert (batch.stage, batch.lines.count()) == (Stage.COLLECTING, 0)
    press(desk, batch, f"remove-file:{batch.files.get().pk}")
    answer = desk.post(batch.get_absolute_url(), {"files": [bundle()], "licence": "cc-by", "do": "check"})
    assert answer.status_code == 302
    assert states(batch) == ["ready", "ready"]


# --- names ------------------------------------------------------------------------------------------------------------------


def test_names_packed_by_windows_in_russian_are_read(desk: Client) -> None:
    names = ("Рабочая программа.txt", "раб.txt", "ёжик.txt")
    batch = send(desk, sent("уроки.zip", windows_zip(lessons(*names))))
    assert sorted(name for line in batch.lines.all() for name in line.names) == sorted(names)


def test_what_systems_leave_in_archives_is_passed_over(desk: Client) -> None:
    litter = {"__MACOSX/._урок.txt": b"\0", ".DS_Store": b"\0", "Thumbs.db": b"\0", "~$урок.docx": b"\0", "папка/.hidden": b"\0"}
    batch = send(desk, sent("a.zip", zipped({**lessons("урок.txt"), **litter})))
    assert [line.names for line in batch.lines.all()] == [["урок.txt"]]


def test_the_folder_that_was_packed_is_taken_off(desk: Client) -> None:
    members = {
        f"мои уроки/{name}": content for name, content in {**lessons("урок 1.txt"), "materials.csv": semicolons([("урок 1.txt", "Первый")], HEADER2)}.items()
    }
    batch = send(desk, sent("a.zip", zipped(members)))
    assert [(line.names, line.values) for line in batch.lines.all()] == [(["урок 1.txt"], {"title": "Первый"})]


# --- known files --------------------------------------------------------------------------------------------------------------


def test_a_file_that_is_already_there_is_named_but_never_a_foreign_draft(desk: Client, anna: Teacher, boris: Teacher) -> None:
    from tests.factories.materials import attach, make_draft

    same = plain("одинаковый")
    mine = make_draft("Мой прежний урок", by=anna, files=())
    attach(mine, by=anna, content=same)
    foreign = make_draft("Чужой тайный черновик", by=boris, files=())
    attach(foreign, by=boris, content=same)
    batch = send(desk, sent("а.txt", same), sent("б.txt", same))
    page = desk.get(batch.get_absolute_url()).content.decode()
    assert page.count("Мой прежний урок") == 2
    assert "Чужой тайный" not in page
    assert page.count("в другой строке") == 2


# --- whose ----------------------------------------------------------------------------------------------------------------------


def test_a_batch_is_its_teachers_alone(desk: Client, boris: Teacher, evgenia: Teacher, client_of: Any) -> None:
    batch = send(desk, bundle())
    line = batch.lines.first()
    for stranger in (boris, evgenia):
        for path in ("", "discard/", f"lines/{line.pk}/"):
            assert client_of(stranger).get(batch.get_absolute_url() + path).status_code == 404
        assert client_of(stranger).post(batch.get_absolute_url(), {"do": "make"}).status_code == 404
        assert client_of(stranger).post("/materials/batches/new/", {"key": str(batch.pk), "licence": "cc-by"}).status_code == 404
        assert "Пакет" not in client_of(stranger).get("/materials/mine/").content.decode()
    assert states(batch) == ["ready", "ready"]


def test_the_unconfirmed_send_nothing(zakhar: Teacher, client_of: Any) -> None:
    assert client_of(zakhar).get("/materials/batches/new/").status_code == 403


def test_drafts_go_to_the_library_that_was_chosen(desk: Client, anna: Teacher, community: Community) -> None:
    join(community, anna)
    batch = press(desk, send(desk, bundle(), library=f"community-{community.pk}"), "make")
    assert set(Material.objects.values_list("library__community", flat=True)) == {community.pk}
    assert batch.stage == Stage.DONE


def test_a_library_of_others_is_no_choice(desk: Client, community: Community) -> None:
    answer = desk.post("/materials/batches/new/", {"key": "6a7e1f4e-0000-4000-8000-000000000001", "licence": "cc-by", "library": f"community-{community.pk}"})
    assert answer.status_code == 200
    assert not Batch.objects.exists()


def test_who_left_the_community_meanwhile_makes_no_drafts_there(desk: Client, anna: Teacher, community: Community) -> None:
    membership = join(community, anna)
    batch = send(desk, bundle(), library=f"community-{community.pk}")
    membership.left_on = membership.joined_on
    membership.save()
    press(desk, batch, "make")
    assert (states(batch), Material.objects.count()) == (["broken", "broken"], 0)
    assert "больше не можете" in desk.get(batch.get_absolute_url()).content.decode()


# --- pages ------------------------------------------------------------------------------------------------------------------------


def test_unfinished_batches_stand_in_my_materials(desk: Client) -> None:
    batch = send(desk, bundle())
    assert batch.get_absolute_url() in desk.get("/materials/mine/").content.decode()
    press(desk, batch, "make")
    assert batch.get_absolute_url() not in desk.get("/materials/mine/").content.decode()
    assert batch.get_absolute_url() in desk.get("/materials/batches/").content.decode()


def test_the_upload_page_shows_the_way(desk: Client) -> None:
    assert "/materials/batches/new/" in desk.get("/materials/new/").content.decode()


def test_the_page_costs_the_same_for_few_and_many(desk: Client, anna: Teacher, django_assert_num_queries: Any) -> None:
    for many in (2, 12):
        stand(f"Такой же {many}", author=anna)
        rows = [(f"{number}.txt", f"Урок {number}", "конспект урока", "физика", "8", "", "") for number in range(many)]
        batch = send(desk, bundle(rows, [f"{number}.txt" for number in range(many)]))
        with django_assert_num_queries(11):
            desk.get(batch.get_absolute_url())


def test_the_table_to_fill_in_is_understood_as_it_is(desk: Client) -> None:
    table = desk.get("/materials/batches/table.csv").content
    batch = send(desk, sent("урок 1.docx", word()), sent("materials.csv", table))
    assert (batch.notes, states(batch)) == ([], ["ready"])
    assert batch.lines.get().values["title"] == "Закон Ома для участка цепи"


def test_a_discarded_batch_leaves_nothing_but_its_drafts(desk: Client, django_capture_on_commit_callbacks: Any) -> None:
    batch = send(desk, bundle([*ROWS, ("нет.txt", "")]))
    press(desk, batch, "make")
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{batch.get_absolute_url()}discard/")
    assert (Batch.objects.count(), BatchFile.objects.count(), Material.objects.count()) == (0, 0, 2)
    assert all(default_storage.exists(name) for name in MaterialFile.objects.values_list("stored_name", flat=True))
