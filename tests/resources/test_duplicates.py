"""The same file and nearly the same text: noticed at upload, on the edit page and at the review; never a word of what the reader may not see."""

import random
from typing import Any

import pytest
from django.core.management import call_command

from communities.models import Community, School, Teacher
from foundation.text_similarity import band_values, signature, similarity
from resources.actions.version import start_version
from resources.duplicates import same_files, similar_to
from resources.models import Library, Material, MaterialFile, TextBand
from tests.factories.materials import attach, make_draft, make_submission
from tests.factories.people import join, make_teacher
from tests.factories.shelf import stand
from tests.resources.test_visibility import TABLE

pytestmark = pytest.mark.django_db

WORDS = [
    "закон",
    "ток",
    "цепь",
    "опыт",
    "ученик",
    "класс",
    "задача",
    "вывод",
    "схема",
    "прибор",
    "длина",
    "масса",
    "сила",
    "тело",
    "свет",
    "вода",
    "рычаг",
    "поле",
]


def lesson(seed: int = 1, length: int = 400) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(length))


def changed(text: str, every: int = 100) -> str:
    return " ".join("электричество" if number % every == every - 1 else word for number, word in enumerate(text.split()))


def sign() -> None:
    call_command("sign_texts", verbosity=0)


# --- signatures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("every", [20, 50, 100])
def test_the_estimate_is_near_the_truth(every: int) -> None:
    first, second = lesson(), changed(lesson(), every)
    runs = [{tuple(text.split()[start : start + 5]) for start in range(396)} for text in (first, second)]
    truth = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    assert similarity(signature(first), signature(second)) == pytest.approx(truth, abs=0.12)


def test_case_and_word_forms_do_not_matter_and_short_texts_say_nothing() -> None:
    assert signature(lesson().upper()) == signature(lesson())
    assert similarity(signature(lesson(1)), signature(lesson(2))) < 0.1
    assert signature("Закон Ома для участка цепи") == b""
    assert (band_values(b""), similarity(b"", b"")) == ([], 0.0)
    assert signature("\x00 \ud800") == b""


# --- the job and the backfill -----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_reading_job_signs(anna: Teacher) -> None:
    material = make_draft(by=anna, files=())
    file = attach(material, by=anna, content=lesson().encode())
    file.refresh_from_db()
    assert bytes(file.signature) == signature(lesson())
    assert sorted(file.bands.values_list("band", "value")) == list(enumerate(band_values(bytes(file.signature))))


def test_the_backfill_runs_twice(anna: Teacher) -> None:
    stand(author=anna, files=(lesson(), "коротко"))
    sign()
    first = list(TextBand.objects.values_list("band", "value"))
    sign()
    call_command("sign_texts", "--anew", verbosity=0)
    assert list(TextBand.objects.values_list("band", "value")) == first
    assert MaterialFile.objects.exclude(signature=b"").count() == 1


# --- what is found ----------------------------------------------------------------------------------------------------


def test_nearly_the_same_text_is_found_with_its_share(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    there = stand("Чужой конспект", author=boris, files=(lesson(),))
    stand("Совсем другой", author=boris, files=(lesson(2),))
    mine = stand("Мой конспект", author=anna, status="draft", files=(changed(lesson()),))
    sign()
    found = similar_to(mine, anna)
    assert [one.material for one in found] == [there]
    assert 75 <= found[0].percent < 100
    page = client_of(anna).get(f"/materials/{mine.pk}/edit/").content.decode()
    assert found[0].share in page
    assert there.get_absolute_url() in page


def test_a_reviewer_sees_it_before_publication(anna: Teacher, boris: Teacher, evgenia: Teacher, client_of: Any) -> None:
    there = stand("Чужой конспект", author=boris, files=(lesson(),))
    material = make_submission(by=anna)
    MaterialFile.objects.filter(version__material=material).update(text=lesson(), reading="done")
    sign()
    similar = client_of(evgenia).get(f"/materials/{material.pk}/review/").context["similar"]
    assert [(one.material, one.percent) for one in similar] == [(there, 100)]


def test_a_variant_and_its_original_are_no_surprise(anna: Teacher, boris: Teacher) -> None:
    original = stand("Исходный", author=boris, files=(lesson(),))
    variant = stand("Вариант", author=anna, files=(lesson(),), derived_from=original.versions.get())
    sign()
    assert (similar_to(variant, anna), similar_to(original, boris)) == ([], [])
    digest = original.versions.get().files.get().sha256
    assert same_files(variant, [digest], anna) == {}


def test_a_version_in_preparation_is_nobody_elses(anna: Teacher, boris: Teacher) -> None:
    there = stand("Исходный", author=boris, files=(lesson(2),))
    start_version(there, by=boris, changes="Новое", with_files=False)
    version = there.versions.get(preparation="draft")
    file = there.versions.get(preparation="").files.get()
    stored = {"stored_name": "files/zz/new.txt", "original_name": "новый.txt", "kind": "txt", "media_type": "text/plain", "size": 1, "sha256": "1" * 64}
    MaterialFile.objects.create(version=version, text=lesson(), reading="done", **stored)
    mine = stand("Мой", author=anna, status="draft", files=(lesson(),))
    sign()
    assert similar_to(mine, anna) == []
    assert same_files(mine, ["1" * 64, file.sha256], anna) == {file.sha256: [there]}


# --- the same file ----------------------------------------------------------------------------------------------------


def test_the_same_file_is_noticed_at_upload_and_on_the_page(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    there = stand("Уже есть", author=boris, files=("Тот же самый файл",))
    browser = client_of(anna)
    started = browser.post("/materials/uploads/", {"name": "мой.txt", "size": len("Тот же самый файл".encode())}).json()
    done = browser.patch(started["url"], "Тот же самый файл".encode(), content_type="application/octet-stream", headers={"Upload-Offset": "0"}).json()
    assert there.get_absolute_url() in done["row"]
    assert there.get_absolute_url() in browser.get(started["edit_url"]).content.decode()


# --- leaks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["zakhar", "boris", "member", "daria", "anna", "evgenia", "vera"])
def test_nobody_learns_of_what_they_may_not_see(who: str, request: Any, community: Community, lyceum: School, village_school: School, anna: Teacher) -> None:
    member = make_teacher("Участникова", school=lyceum)
    join(community, member)
    person = member if who == "member" else request.getfixturevalue(who)
    Library.objects.create(school=village_school)
    shelves: dict[str, dict[str, Any]] = {"community": {"community": community}, "network": {}}
    lines = [(shelf, visibility, status) for shelf, visibility, status in TABLE]
    made = {stand(f"{line}", author=anna, visibility=line[1], status=line[2], files=(lesson(),), **shelves[line[0]]).pk: line for line in lines}
    school = stand("Школьный", author=anna, visibility="library", school=village_school, files=(lesson(),))
    made[school.pk] = ("school", "library", "published")
    mine = stand("Мой", author=person, status="draft", files=(lesson(),))
    sign()
    seen = set(Material.objects.visible_to(person).filter(pk__in=made).exclude(status="withdrawn").values_list("pk", flat=True))
    digest = mine.versions.get().files.get().sha256
    alike = {one.material.pk for one in similar_to(mine, person)}
    same = {other.pk for other in same_files(mine, [digest], person).get(digest, [])}
    for found in (alike, same):
        # At most five are shown.
        assert found <= seen
        assert len(found) == min(5, len(seen))


@pytest.mark.parametrize("many", [1, 8])
def test_looking_for_doubles_costs_the_same(many: int, anna: Teacher, boris: Teacher, django_assert_num_queries: Any) -> None:
    for number in range(many):
        stand(f"Чужой {number}", author=boris, files=(lesson(),))
    mine = stand("Мой", author=anna, status="draft", files=tuple(lesson() for _ in range(many)))
    sign()
    assert anna.current_memberships == {}
    with django_assert_num_queries(5):
        similar_to(mine, anna)


def test_variants_of_one_work_are_no_doubles_of_one_another(anna: Teacher, boris: Teacher, evgenia: Teacher) -> None:
    text = lesson()
    root = stand("Корень", author=anna, files=(text,))
    branch = stand("Ветвь", author=boris, files=(text,), derived_from=root.versions.get())
    leaf = stand("Лист", author=evgenia, files=(text,), derived_from=branch.versions.get())
    sibling = stand("Сосед", author=boris, files=(text,), derived_from=root.versions.get())
    sign()
    digest = root.versions.get().files.get().sha256
    for material in (root, branch, leaf, sibling):
        assert similar_to(material, evgenia) == []
        assert same_files(material, [digest], evgenia) == {}
    stranger = stand("Чужой", author=anna, files=(text,))
    sign()
    assert [one.material for one in similar_to(leaf, evgenia)] == [stranger]
