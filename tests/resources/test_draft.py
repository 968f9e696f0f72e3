"""Drafts and the page where a material is written."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from communities.models import Community, Teacher
from foundation.files.storage import stored_names
from resources.actions.draft import fill_guesses
from resources.models import Library, Material, MaterialFile, Review, Upload
from tests.factories import files
from tests.factories.materials import attach, make_draft, make_submission, sent
from tests.factories.people import join
from tests.factories.shelf import stand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_worker(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def edit(material: Material) -> str:
    return f"/materials/{material.pk}/edit/"


def save(browser: Any, material: Material, **fields: Any) -> Any:
    return browser.post(edit(material), {"title": material.title, **fields})


# --- who --------------------------------------------------------------------------------------------------------------


def test_foreign_draft_is_404(anna: Teacher, boris: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    for stranger in (boris, evgenia):
        browser = client_of(stranger)
        assert browser.get(edit(material)).status_code == 404
        assert browser.get(edit(material)).content == browser.get(f"/materials/{material.pk + 1}/edit/").content
        for verb in ("submit", "withdraw", "discard"):
            assert browser.post(f"/materials/{material.pk}/{verb}/").status_code == 404


def test_who_sees_but_may_not_change_is_forbidden(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    material = stand(author=anna)
    assert client_of(boris).get(edit(material)).status_code == 403
    assert save(client_of(boris), material, annotation="Чужое").status_code == 403


def test_a_methodist_corrects_the_words_of_a_published_material(anna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    material = stand(author=anna)
    save(client_of(evgenia), material, annotation="Понятнее")
    material.refresh_from_db()
    assert (material.annotation, material.status) == ("Понятнее", "published")


def test_files_of_a_published_material_do_not_change(anna: Teacher, client_of: Any) -> None:
    material = stand(author=anna, files=("Текст",))
    file = MaterialFile.objects.get()
    browser = client_of(anna)
    assert "data-upload-row" not in browser.get(edit(material)).content.decode()
    assert save(browser, material, do=f"remove-file:{file.pk}").status_code == 403
    save(browser, material, files=[sent("новый.txt", files.plain())])
    assert [entry.pk for entry in MaterialFile.objects.all()] == [file.pk]


def test_a_published_material_stays_in_its_library(anna: Teacher, community: Community, client_of: Any) -> None:
    join(community, anna)
    material = stand(author=anna)
    save(client_of(anna), material, community=community.pk, annotation="Слова")
    material.refresh_from_db()
    assert (material.library.community, material.annotation) == (None, "Слова")


@pytest.mark.parametrize("many", [1, 8])
def test_the_page_asks_the_same_number_of_queries(
    many: int, anna: Teacher, evgenia: Teacher, zhanna: Teacher, client_of: Any, django_assert_num_queries: Any
) -> None:
    """For its author with files, reviews, suggestions and unfinished uploads; for a methodist once it is published."""
    material = make_draft(by=anna, files=tuple(f"{number}.txt" for number in range(many)))
    for _number in range(many):
        review = Review.objects.create(material=material, version=material.versions.get(), reviewer=zhanna, decision="returned", comment="Слова")
        review.marks.create(criterion="form", mark="yes")
        review.suggestions.create(field="topic", before="", value="Оптика")
        Upload.objects.create(material=material, teacher=anna, name="урок.txt", size=5)
    browser = client_of(anna)
    browser.get(edit(material))
    with django_assert_num_queries(16):
        assert browser.get(edit(material)).status_code == 200
    Material.objects.filter(pk=material.pk).update(status="published", published_on="2026-09-01")
    office = client_of(evgenia)
    office.get(edit(material))
    with django_assert_num_queries(16):
        assert office.get(edit(material)).status_code == 200


# --- words ------------------------------------------------------------------------------------------------------------


def test_all_words_are_kept(anna: Teacher, community: Community, client_of: Any) -> None:
    from communities.models import Subject
    from resources.models import Equipment, MaterialType, Purpose

    join(community, anna)
    material = make_draft(by=anna)
    words = {
        "title": "Закон Ома без стенда",
        "subject": Subject.objects.get(code="physics").pk,
        "type": MaterialType.objects.get(code="lab").pk,
        "purpose": Purpose.objects.get(code="base").pk,
        "equipment": Equipment.objects.get(code="oge-kit").pk,
        "grades": ["8", "9"],
        "topic": "Электричество",
        "duration_minutes": "40",
        "annotation": "Ученики выводят закон.",
        "licence": "cc-by-sa",
        "visibility": "library",
        "library": f"community-{community.pk}",
    }
    assert save(client_of(anna), material, **words).status_code == 302
    material.refresh_from_db()
    assert (material.title, material.slug, material.topic, material.duration_minutes) == ("Закон Ома без стенда", "zakon-oma-bez-stenda", "Электричество", 40)
    assert (material.subject.code, material.type.code, material.purpose.code, material.equipment.code) == ("physics", "lab", "base", "oge-kit")
    assert (material.grade_from, material.grade_to, material.education_level.code) == (8, 9, "basic")
    assert (material.licence, material.visibility, material.library.community) == ("cc-by-sa", "library", community)


def test_grades_of_two_levels_have_no_level(anna: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    save(client_of(anna), material, grades=["9", "10"])
    material.refresh_from_db()
    assert (material.grade_from, material.grade_to, material.education_level) == (9, 10, None)


def test_only_own_communities_can_be_chosen(anna: Teacher, community: Community, client_of: Any) -> None:
    material = make_draft(by=anna)
    page = save(client_of(anna), material, library=f"community-{community.pk}")
    assert list(page.context["form"].errors) == ["library"]
    assert not Library.objects.filter(community=community).exists()


def test_members_of_no_community_are_nobody(anna: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    assert list(save(client_of(anna), material, visibility="library").context["form"].errors) == ["visibility"]


def test_a_licence_for_the_network_is_not_shown_to_everyone(anna: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    save(client_of(anna), material, licence="network", visibility="public")
    material.refresh_from_db()
    assert material.visibility == "network"


@pytest.mark.parametrize(
    "words",
    [
        {"title": "я" * 201},
        {"title": "a\x00"},
        {"title": ""},
        {"duration_minutes": "1" + "0" * 30},
        {"subject": "1" + "0" * 30},
        {"grades": ["12"]},
        {"annotation": "я" * 3001},
        {"licence": "mine"},
        {"library": "x"},
    ],
)
def test_senseless_words_are_form_errors(words: dict[str, Any], anna: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    page = save(client_of(anna), material, **words)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == list(words)
    material.refresh_from_db()
    assert material.title == "Закон Ома"


@pytest.mark.parametrize("deed", ["remove-file:x", "remove-file:" + "9" * 40, "remove-file:0", "add-author:٣", "add-author:0"])
def test_deeds_on_nothing_are_404(deed: str, anna: Teacher, client_of: Any) -> None:
    assert save(client_of(anna), make_draft(by=anna), do=deed).status_code == 404


# --- guesses ----------------------------------------------------------------------------------------------------------


def test_what_the_portal_filled_in_is_said(anna: Teacher, client_of: Any) -> None:
    material = make_draft("", by=anna, files=("Лабораторная_5_закон_Ома 8 класс.txt",))
    assert (material.title, material.subject.code, material.type.code, material.grade_from) == ("Лабораторная 5 закон Ома 8 класс", "physics", "lab", 8)
    form = client_of(anna).get(edit(material)).context["form"]
    assert form["subject"].help_text == form["grades"].help_text != ""
    assert form["prefilled"].value() == "title,type,subject,grades,education_level"


def test_what_a_person_chose_is_not_guessed_again(anna: Teacher, client_of: Any) -> None:
    material = make_draft("", by=anna, files=("Лабораторная_5_закон_Ома.txt",))
    save(client_of(anna), material, subject="", title="Моё", prefilled="title,type,subject")
    attach(material, by=anna, name="Химия кислоты.txt")
    material.refresh_from_db()
    assert (material.title, material.subject, material.filled_by["subject"]) == ("Моё", None, "author")


def test_a_guess_made_after_the_page_was_opened_is_not_wiped_out(anna: Teacher, client_of: Any) -> None:
    material = make_draft("Моё", by=anna, files=("конспект.txt",))
    MaterialFile.objects.update(text="Физика. Сила тока, напряжение, сопротивление, амперметр, вольтметр. 8 класс")
    fill_guesses(material)
    assert material.subject.code == "physics"
    save(client_of(anna), material, subject="", prefilled="")
    material.refresh_from_db()
    assert (material.subject.code, material.grade_from, material.filled_by["subject"]) == ("physics", 8, "portal")


def test_nothing_is_guessed_once_it_was_sent(anna: Teacher) -> None:
    material = make_submission("Моё", by=anna)
    MaterialFile.objects.update(text="Физика. Сила тока, напряжение, сопротивление, амперметр, вольтметр.")
    fill_guesses(material)
    assert material.subject is None


# --- files ------------------------------------------------------------------------------------------------------------


def test_files_are_moved_and_removed(anna: Teacher, client_of: Any, django_capture_on_commit_callbacks: Any) -> None:
    material = make_draft(by=anna, files=("1.txt", "2.txt", "3.txt"))
    first, second, third = MaterialFile.objects.all()
    browser = client_of(anna)
    save(browser, material, do=f"raise-file:{third.pk}")
    save(browser, material, do=f"lower-file:{first.pk}")
    save(browser, material, do=f"raise-file:{third.pk}")
    assert [file.original_name for file in MaterialFile.objects.all()] == ["3.txt", "1.txt", "2.txt"]
    with django_capture_on_commit_callbacks(execute=True):
        save(browser, material, do=f"remove-file:{first.pk}", annotation="Слова не пропали")
    material.refresh_from_db()
    assert (material.file_count, material.size, material.annotation) == (2, second.size + third.size, "Слова не пропали")
    assert not default_storage.exists(first.stored_name)
    assert sorted(stored_names()) == sorted(MaterialFile.objects.values_list("stored_name", flat=True))


def test_a_file_of_another_material_is_404(anna: Teacher, client_of: Any) -> None:
    other = make_draft(by=anna)
    assert save(client_of(anna), make_draft(by=anna), do=f"remove-file:{MaterialFile.objects.get(version__material=other).pk}").status_code == 404
    assert MaterialFile.objects.count() == 2


def test_personal_details_are_shown_and_removed(anna: Teacher, client_of: Any, django_capture_on_commit_callbacks: Any) -> None:
    material = make_draft(by=anna, files=())
    file = attach(material, by=anna, name="урок.docx", content=files.word(author="Мария Тайная"))
    browser = client_of(anna)
    assert "Мария Тайная" in browser.get(edit(material)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        save(browser, material, do=f"strip-file:{file.pk}")
    changed = MaterialFile.objects.get()
    assert "Мария Тайная" not in browser.get(edit(material)).content.decode()
    assert (changed.pk, changed.metadata, changed.sha256 != file.sha256) == (file.pk, {}, True)
    assert list(stored_names()) == [changed.stored_name]


# --- authors ----------------------------------------------------------------------------------------------------------


def test_coauthors_are_found_by_name_added_and_removed(anna: Teacher, boris: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    browser = client_of(anna)
    found = browser.post(edit(material), {"title": "Закон Ома", "do": "search-author", "author_name": "королев"}, follow=True)
    assert f'value="add-author:{boris.pk}"' in found.content.decode()
    save(browser, material, do=f"add-author:{boris.pk}")
    save(browser, material, do=f"add-author:{boris.pk}")
    assert list(material.authors.order_by("authorships__order")) == [anna, boris]
    assert client_of(boris).get(edit(material)).status_code == 200
    save(browser, material, do=f"remove-author:{boris.pk}")
    save(browser, material, do=f"remove-author:{anna.pk}")
    assert list(material.authors.all()) == [anna]


def test_the_unconfirmed_are_no_coauthors(anna: Teacher, zakhar: Teacher, client_of: Any) -> None:
    material = make_draft(by=anna)
    assert f"add-author:{zakhar.pk}" not in client_of(anna).get(edit(material), {"author_name": "Яшин"}).content.decode()
    assert save(client_of(anna), material, do=f"add-author:{zakhar.pk}").status_code == 404


# --- end --------------------------------------------------------------------------------------------------------------


def test_a_draft_is_thrown_away_with_its_files(anna: Teacher, client_of: Any, django_capture_on_commit_callbacks: Any) -> None:
    material = make_draft(by=anna)
    browser = client_of(anna)
    assert browser.get(f"/materials/{material.pk}/discard/").status_code == 200
    assert Material.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/materials/{material.pk}/discard/")
    assert not Material.objects.exists()
    assert list(stored_names()) == []


def test_what_was_sent_is_not_thrown_away(anna: Teacher, client_of: Any) -> None:
    material = make_submission(by=anna)
    assert client_of(anna).post(f"/materials/{material.pk}/discard/").status_code == 403


def test_what_a_colleague_has_used_is_not_thrown_away(anna: Teacher, boris: Teacher, community: Community, client_of: Any) -> None:
    join(community, boris)
    material = make_submission(by=anna, community=community)
    assert client_of(boris).post(f"/materials/{material.pk}/use/").status_code == 302
    author = client_of(anna)
    author.post(f"/materials/{material.pk}/withdraw/")
    assert author.post(f"/materials/{material.pk}/discard/").status_code == 403
    assert f"/materials/{material.pk}/discard/" not in author.get(edit(material)).content.decode()
    assert material.reuses.count() == 1
