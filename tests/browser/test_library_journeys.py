"""The deeper library in a real browser, with JavaScript and without: found by a misspelt word, adapted, reviewed with suggestions, published;
a new version told to those who used the old one; two people who edit at once."""

from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from communities.models import Community, School, Teacher
from resources.actions.review import review_material
from resources.actions.vocabulary import refresh_vocabulary
from resources.models import Library, Material, Suggestion
from resources.suggestions import Proposal
from tests.browser.conftest import Reader
from tests.browser.test_accessibility import MODES, too_wide, violations, wish
from tests.browser.test_journey import sign_in
from tests.factories.materials import make_submission
from tests.factories.people import employ, join
from tests.factories.shelf import accept, add_preview, stand

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
SHEET = ("standards", "accuracy", "method", "reuse", "rights", "safety", "form")


@pytest.fixture
def ohm(boris: Teacher) -> Material:
    """Published by Борис under CC BY-SA; Анна will make a variant of it."""
    material = stand("Закон Ома на батарейках", author=boris, subject="physics", type="lab", grades=(8, 8), licence="cc-by-sa", files=("Нихром и вольтметр",))
    add_preview(material.versions.get().files.get())
    refresh_vocabulary()
    return material


def fill_sheet(page: Page) -> None:
    for criterion in SHEET:
        page.check(f"input[name={criterion}][value=yes]", force=True)


def decide(page: Page, decision: str, comment: str = "") -> None:
    page.check(f"input[name=decision][value={decision}]")
    page.fill("textarea[name=comment]", comment)
    page.click("main form button.btn-1")


@SCRIPTS
def test_from_a_misspelt_word_to_a_published_variant(javascript: bool, reader_of: Any, ohm: Material, anna: Teacher, evgenia: Teacher) -> None:
    author = reader_of(javascript=javascript)
    sign_in(author, anna)
    page = author.page

    # Found by a misspelt word, opened, adapted under the terms of its authors.
    page.fill("header.bar input[name=q]", "нехром")
    page.press("header.bar input[name=q]", "Enter")
    page.click(f"[data-object='material:{ohm.pk}'] a")
    expect(page.locator("h1")).to_have_text(ohm.title)
    page.click("a[href$='/adapt/']")
    expect(page.locator("input[name=licence]")).to_have_count(1)
    page.click("main form button.btn-1")
    variant = Material.objects.get(created_by=anna)
    assert (variant.licence, variant.derived_from.material) == ("cc-by-sa", ohm)
    page.fill("input[name=title]", "Закон Ома для класса-комплекта")
    page.click("main form button.btn[value=submit]")
    expect(page.locator("#origin")).to_contain_text(ohm.title)

    # Returned with a reason and two suggestions; one is accepted, one declined.
    judge = reader_of(javascript=javascript)
    sign_in(judge, evgenia)
    judge.open("/materials/review/")
    judge.page.click(f"[data-object='material:{variant.pk}'] h2 a")
    fill_sheet(judge.page)
    judge.page.click("main form details > summary")
    judge.page.fill("input[name=suggest-title]", "Закон Ома: класс-комплект")
    judge.page.fill("input[name=suggest-duration_minutes]", "45")
    decide(judge.page, "returned", "Скажите, сколько времени нужно.")
    variant.refresh_from_db()
    assert (variant.status, Suggestion.objects.count()) == ("returned", 2)

    author.open(f"/materials/{variant.pk}/edit/")
    expect(page.locator("main")).to_contain_text("Скажите, сколько времени нужно.")
    for left in (2, 1):
        expect(page.locator("section[aria-labelledby=suggestions] li")).to_have_count(left)
        page.locator(f"section[aria-labelledby=suggestions] button[value={'accept' if left == 2 else 'decline'}]").first.click()
    expect(page.locator("section[aria-labelledby=suggestions]")).to_have_count(0)
    variant.refresh_from_db()
    assert dict(Suggestion.objects.values_list("field", "accepted")) == {"title": True, "duration_minutes": False}
    assert variant.title == "Закон Ома: класс-комплект"
    page.click("main form button.btn[value=submit]")

    # Accepted: everybody finds it, with its origin.
    judge.open(f"/materials/{variant.pk}/review/")
    fill_sheet(judge.page)
    decide(judge.page, "accepted")
    variant.refresh_from_db()
    assert variant.status == "published"
    visitor = reader_of(javascript=javascript)
    visitor.open(variant.get_absolute_url())
    expect(visitor.page.locator("#origin a")).to_have_attribute("href", ohm.get_absolute_url())
    visitor.page.click("a[href$='/variants/']")
    expect(visitor.page.locator("main b[aria-current]")).to_have_text(variant.title)
    assert author.complaints + judge.complaints + visitor.complaints == []


@SCRIPTS
def test_a_new_version_is_told_to_those_who_used_the_old_one(
    javascript: bool, reader_of: Any, ohm: Material, anna: Teacher, boris: Teacher, evgenia: Teacher
) -> None:
    user, author, judge = (reader_of(javascript=javascript) for _person in range(3))
    sign_in(user, anna)
    user.open(ohm.get_absolute_url())
    user.page.click("section.acts form[action$='/use/'] button")
    expect(user.page.locator("section.acts button[aria-pressed=true]")).to_be_visible()
    # The report is offered, not asked for.
    assert user.page.locator("#own-use textarea").is_hidden()
    user.page.click("#own-use summary")
    user.page.fill("#own-use input[name=group]", "8Б")
    user.page.fill("#own-use textarea[name=note]", "Уложились в 38 минут")
    user.page.click("#own-use form[action$='/report/'] button")
    expect(user.page.locator("section[aria-labelledby=reports]")).to_contain_text("Уложились в 38 минут")

    sign_in(author, boris)
    author.open(ohm.get_absolute_url())
    expect(author.page.locator("section[aria-labelledby=proof]")).to_contain_text("в 1 другой школе")
    author.page.click("section.acts a[href$='/version/']")
    author.page.fill("textarea[name=changes]", "Добавлена таблица для графика")
    author.page.click("main form button.btn-1")
    author.page.click("main form button.btn[value=submit]")
    assert [letter for letter in mail.outbox if letter.to == [anna.email]] == []

    sign_in(judge, evgenia)
    judge.open(f"/materials/{ohm.pk}/review/")
    expect(judge.page.locator("main")).to_contain_text("Добавлена таблица для графика")
    fill_sheet(judge.page)
    decide(judge.page, "accepted")
    expect(judge.page.locator("main")).to_be_visible()
    told = [letter for letter in mail.outbox if letter.to == [anna.email]]
    assert [ohm.title in letter.body for letter in told] == [True]

    user.open(ohm.get_absolute_url())
    expect(user.page.locator("section[aria-labelledby=versions]")).to_contain_text("Добавлена таблица для графика")
    author.open(f"/materials/{ohm.pk}/uses/")
    expect(author.page.locator("main table")).to_contain_text(anna.last_name)
    assert user.complaints + author.complaints + judge.complaints == []


@SCRIPTS
def test_two_who_edit_at_once_read_both_texts(javascript: bool, reader_of: Any, ohm: Material, boris: Teacher, evgenia: Teacher) -> None:
    one, two = reader_of(javascript=javascript), reader_of(javascript=javascript)
    sign_in(one, boris)
    sign_in(two, evgenia)
    for reader in (one, two):
        reader.open(f"/materials/{ohm.pk}/edit/")
    one.page.fill("textarea[name=annotation]", "Автор дописал опыт")
    one.page.click("main form button.btn[value=save]")
    expect(one.page.locator("main")).to_contain_text("Автор дописал опыт")
    two.page.fill("textarea[name=annotation]", "Методист поправил цель")
    two.page.click("main form button.btn[value=save]")
    expect(two.page.locator("section[aria-labelledby=conflicts]")).to_contain_text("Автор дописал опыт")
    expect(two.page.locator("textarea[name=annotation]")).to_have_value("Методист поправил цель")
    two.page.fill("textarea[name=annotation]", "Опыт автора, цель методиста")
    two.page.click("main form button.btn[value=save]")
    expect(two.page.locator("section[aria-labelledby=conflicts]")).to_have_count(0)
    ohm.refresh_from_db()
    assert ohm.annotation == "Опыт автора, цель методиста"
    assert one.complaints + two.complaints == []


@SCRIPTS
def test_a_schools_library_is_opened_and_run(javascript: bool, reader_of: Any, vera: Teacher, gleb: Teacher, village_school: School) -> None:
    reader = reader_of(javascript=javascript)
    sign_in(reader, vera)
    page = reader.open("/libraries/")
    page.click("aside form button")
    page.fill("textarea[name=rules]", "Берём уроки для класса-комплекта")
    page.check("input[name=reviews_needed][value='2']")
    page.check("input[name=default_licence][value=cc-by-sa]")
    page.fill("input[name=review_days]", "5")
    page.click("main form button[value=save]")
    library = Library.objects.get(school=village_school)
    assert (library.reviews_needed, library.default_licence, library.review_days) == (2, "cc-by-sa", 5)
    expect(page.locator("main")).to_contain_text("Берём уроки для класса-комплекта")
    page.click(f"a[href='/libraries/{library.pk}/settings/']")
    page.fill("input[name=curator_name]", gleb.last_name)
    page.click("button.btn[value=find]")
    page.click(f"button[value='add-curator:{gleb.pk}']")
    expect(page.locator(f"button[value='remove-curator:{gleb.pk}']")).to_be_visible()
    page.click("header a[href='/materials/new/']")
    page.goto(f"{reader.base}/libraries/{library.pk}/")
    page.click("a[href^='/materials/new/?library=']")
    expect(page.locator("input[name=licence][value=cc-by-sa]")).to_be_checked()
    assert reader.complaints == []


# --- looked at ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def rich(ohm: Material, anna: Teacher, boris: Teacher, vera: Teacher, evgenia: Teacher, zhanna: Teacher, community: Community) -> dict[str, str]:
    """Pages of this part, each with everything on it: path → who opens it."""
    accept(ohm, evgenia)
    Material.objects.filter(pk=ohm.pk).update(best_practice_reason="Нужны только батарейки", best_practice_by=zhanna, reuse_count=1, reuse_school_count=1)
    ohm.reuses.create(teacher=anna, school=anna.school, version=ohm.versions.get(), group="8Б", note="Прошло хорошо")
    for number in (2, 3, 4, 5):
        ohm.versions.create(number=number, created_by=boris, restored_from=ohm.versions.get(number=1), changes="Список подготовки")
    variant = stand("Вариант", author=anna, derived_from=ohm.versions.get(number=1), licence="cc-by-sa", files=("Нихром и вольтметр",))
    ohm.versions.create(number=6, created_by=boris, preparation="draft", changes="Таблица")
    employ(evgenia, anna.school)
    waiting = make_submission("Плотность жидкостей", by=anna)
    returned = make_submission("Рычаг", by=anna)
    review_material(
        returned, by=evgenia, decision="returned", comment="Поправьте", marks=dict.fromkeys(SHEET, "partly"), suggestions=[Proposal("title", "Блок")]
    )
    join(community, anna)
    library = Library.objects.create(school=anna.school, rules="Берём всё, что проверено")
    library.curators.add(vera)
    return {
        ohm.get_absolute_url(): "boris",
        f"{variant.get_absolute_url()}?again": "evgenia",
        f"/materials/{ohm.pk}/variants/": "boris",
        f"/materials/{ohm.pk}/uses/": "boris",
        f"/materials/{ohm.pk}/version/": "boris",
        f"/materials/{ohm.pk}/edit/": "boris",
        f"/materials/{ohm.pk}/versions/1/restore/": "boris",
        f"/materials/{ohm.pk}/adapt/": "anna",
        f"/materials/{ohm.pk}/collect/": "anna",
        f"/materials/{returned.pk}/edit/": "anna",
        "/materials/review/": "evgenia",
        f"/materials/{waiting.pk}/review/": "evgenia",
        f"/materials/{ohm.pk}/best-practice/": "evgenia",
        "/libraries/": "evgenia",
        f"/libraries/{library.pk}/": "evgenia",
        f"/libraries/{library.pk}/settings/": "evgenia",
    }


@pytest.mark.parametrize(("mode", "width"), [("light", 1280), ("dark", 1280), ("green", 1280), ("light", 320)])
def test_axe_finds_nothing(mode: str, width: int, request: pytest.FixtureRequest, reader_of: Any, rich: dict[str, str]) -> None:
    readers: dict[str, Reader] = {}
    for path, name in rich.items():
        if name not in readers:
            readers[name] = reader_of(width=width)
            sign_in(readers[name], request.getfixturevalue(name))
            wish(readers[name], MODES[mode])
        page = readers[name].open(path)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        assert page.locator("h1").count() == 1, path
        assert violations(page) == [], (mode, width, path)
        assert too_wide(page) == [], (mode, width, path)
