"""Needs: published, read, changed, withdrawn; who sees what of them."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.actions.need import close_overdue_needs
from communities.models import Community, Need, NeedStep, School, Teacher
from metrics.models import Activity
from tests.factories.exchange import make_need, make_partnership
from tests.factories.people import join, make_school, make_teacher

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
TOMORROW, YESTERDAY = TODAY + datetime.timedelta(1), TODAY - datetime.timedelta(1)


def words(owner: School | Community, **changes: Any) -> dict[str, Any]:
    """What the form of a new need posts."""
    kind = "school" if isinstance(owner, School) else "community"
    return {
        "kind": "request", "owner": f"{kind}:{owner.pk}", "direction": "support", "subject": "physics", "education_level": "basic",
        "title": "Учитель физики для общих уроков", "text": "Раз в неделю.", "format": "online", "starts_on": "", "ends_on": "", "load_limit": "1", **changes,
    }  # fmt: skip


def publish(browser: Client, owner: School | Community, **changes: Any) -> Any:
    return browser.post(reverse("need_new"), words(owner, **changes))


def errors(response: Any) -> list[str]:
    assert response.status_code == 200
    assert "err-msg" in response.content.decode() or response.context["form"].non_field_errors()
    return sorted(response.context["form"].errors)


# --- publishing -------------------------------------------------------------------------------------------------------


def test_a_coordinator_publishes_a_request(client_of: Any, vera: Teacher, village_school: School) -> None:
    response = publish(client_of(vera), village_school)
    need = Need.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("exchange_partners_of_need", args=[need.pk])
    assert (need.school, need.community, need.kind, need.state, need.opened_by) == (village_school, None, "request", "open", vera)
    assert (need.subject.code, need.education_level.code, need.load_limit, need.opened_on) == ("physics", "basic", 1, TODAY)
    assert list(need.steps.values_list("act", "by")) == [("opened", vera.pk)]
    row = Activity.objects.get()
    assert (row.verb, row.actor, row.object_id, row.level, row.school) == ("opened-need", vera, need.pk, "school", village_school)


def test_a_leader_publishes_an_offer_of_the_community(client_of: Any, daria: Teacher, community: Community) -> None:
    assert publish(client_of(daria), community, kind="offer").status_code == 302
    need = Need.objects.get()
    assert (need.community, need.school, need.kind) == (community, None, "offer")
    assert Activity.objects.get().community == community


def test_a_methodist_publishes_for_a_school_that_the_address_names(client_of: Any, evgenia: Teacher, village_school: School) -> None:
    browser = client_of(evgenia)
    assert browser.get(reverse("need_new")).status_code == 403
    assert browser.get(reverse("need_new"), {"side": f"school:{village_school.pk}"}).status_code == 200
    assert publish(browser, village_school).status_code == 302
    assert Need.objects.get().opened_by == evgenia


def test_submitting_twice_publishes_once(client_of: Any, vera: Teacher, village_school: School) -> None:
    browser = client_of(vera)
    for _ in range(2):
        assert publish(browser, village_school).status_code == 302
    assert (Need.objects.count(), NeedStep.objects.count(), Activity.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"ends_on": YESTERDAY.isoformat()}, ["ends_on"]),
        ({"starts_on": YESTERDAY.isoformat()}, ["starts_on"]),
        ({"starts_on": "2099-03-02", "ends_on": "2099-03-01"}, ["ends_on"]),
        ({"load_limit": "0"}, ["load_limit"]),
        ({"load_limit": "-3"}, ["load_limit"]),
        ({"load_limit": "9" * 30}, ["load_limit"]),
        ({"load_limit": ""}, ["load_limit"]),
        ({"title": "а\x00б"}, ["title"]),
        ({"title": "а" * 161}, ["title"]),
        ({"text": "а" * 2001}, ["text"]),
        ({"direction": "poverty"}, ["direction"]),
        ({"subject": "9" * 50}, ["subject"]),
        ({"subject": "\x00"}, ["subject"]),
        ({"kind": "gift"}, ["kind"]),
        ({"format": ""}, ["format"]),
        ({"starts_on": "31.02.2099", "direction": ""}, ["direction", "starts_on"]),
    ],
)
def test_bad_input_is_said_at_the_field(changes: dict[str, str], fields: list[str], client_of: Any, vera: Teacher, village_school: School) -> None:
    assert errors(publish(client_of(vera), village_school, **changes)) == fields
    assert not Need.objects.exists()


def test_a_foreign_school_is_no_choice(client_of: Any, vera: Teacher, lyceum: School, community: Community) -> None:
    for owner in (lyceum, community):
        assert errors(publish(client_of(vera), owner)) == ["owner"]
    assert not Need.objects.exists()


def test_a_closed_school_asks_for_nothing(client_of: Any, vera: Teacher, village_school: School) -> None:
    School.objects.filter(pk=village_school.pk).update(closed_on=YESTERDAY)
    assert publish(client_of(vera), village_school).status_code == 403
    assert not Need.objects.exists()


def test_the_same_for_days_that_overlap_is_refused(client_of: Any, vera: Teacher, village_school: School) -> None:
    browser = client_of(vera)
    publish(browser, village_school, starts_on="2099-01-01", ends_on="2099-01-31")
    assert errors(publish(browser, village_school, starts_on="2099-01-31", ends_on="2099-02-20")) == ["title"]
    assert publish(browser, village_school, starts_on="2099-02-01", ends_on="2099-02-20").status_code == 302
    assert Need.objects.count() == 2


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("zakhar", 403), ("anna", 403), ("gleb", 403)])
def test_who_speaks_for_nobody_publishes_nothing(who: str, status: int, request: Any, client_of: Any, village_school: School) -> None:
    browser = client_of(request.getfixturevalue(who))
    assert browser.get(reverse("need_new")).status_code == status
    assert publish(browser, village_school).status_code == status
    assert not Need.objects.exists()


# --- reading ------------------------------------------------------------------------------------------------------------


def listed(browser: Client, query: str = "") -> list[str]:
    response = browser.get(f"/exchange/?{query}")
    assert response.status_code == 200
    rows = [need.title for need in response.context["page"]]
    assert response.content.decode().count('data-object="need:') == len(rows)
    return rows


@pytest.fixture
def needs(village_school: School, lyceum: School, community: Community) -> None:
    closed = make_school("Закрытая школа", closed_on=YESTERDAY)
    make_need(village_school, title="Лаборант на опыты", direction="pooled-resources", level="basic", format="onsite", opened_on=TODAY - datetime.timedelta(9))
    make_need(lyceum, "offer", "Олимпиадный кружок", direction="gifted-events", subject="mathematics", ends_on=TODAY)
    make_need(community, "offer", "Открытые уроки сообщества", direction="exchange", subject="", format="online")
    make_need(lyceum, title="Отозванный запрос", state="withdrawn", closed_on=TODAY)
    make_need(lyceum, title="Выполненный запрос", state="met", closed_on=TODAY)
    make_need(lyceum, title="Просроченный запрос", ends_on=YESTERDAY)
    make_need(closed, title="Запрос закрытой школы")


@pytest.mark.usefixtures("needs")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Открытые уроки сообщества", "Олимпиадный кружок", "Лаборант на опыты"]),
        ("sort=waiting", ["Лаборант на опыты", "Олимпиадный кружок", "Открытые уроки сообщества"]),
        ("q=опыты", ["Лаборант на опыты"]),
        ("kind=request", ["Лаборант на опыты"]),
        ("kind=nothing", ["Открытые уроки сообщества", "Олимпиадный кружок", "Лаборант на опыты"]),
        ("direction=gifted-events", ["Олимпиадный кружок"]),
        # What leaves the subject open fits every subject.
        ("subject=mathematics", ["Открытые уроки сообщества", "Олимпиадный кружок"]),
        ("level=secondary", ["Открытые уроки сообщества", "Олимпиадный кружок"]),
        ("format=onsite", ["Лаборант на опыты"]),
        ("q=запрос", []),
        ("page=99999999999999999999", ["Открытые уроки сообщества", "Олимпиадный кружок", "Лаборант на опыты"]),
    ],
)
def test_the_list_holds_what_is_open_and_is_narrowed(query: str, titles: list[str], client_of: Any, boris: Teacher) -> None:
    assert listed(client_of(boris), query) == titles


@pytest.mark.usefixtures("needs")
def test_the_list_is_narrowed_by_municipality(client_of: Any, boris: Teacher, village_school: School) -> None:
    assert listed(client_of(boris), f"municipality={village_school.municipality.slug}") == ["Лаборант на опыты"]


def test_the_list_costs_the_same_for_many_needs(client_of: Any, anna: Teacher, django_assert_num_queries: Any) -> None:
    browser = client_of(anna)
    for number in (2, 20):
        for each in range(number):
            make_need(make_school(), title=f"Запрос {number}-{each}", level="basic")
        with django_assert_num_queries(9):
            browser.get("/exchange/")


# What a need's page answers: owner's coordinator, partner's coordinator, methodist, another coordinator, a teacher, the unconfirmed, a visitor.
SEEN_OPEN = {"vera": 200, "partner": 200, "evgenia": 200, "stranger": 200, "anna": 200, "zakhar": 403, "visitor": 302}
SEEN_OVER = {**SEEN_OPEN, "stranger": 404, "anna": 404}


@pytest.mark.parametrize(("state", "expected"), [("open", SEEN_OPEN), ("withdrawn", SEEN_OVER), ("met", SEEN_OVER), ("closed", SEEN_OVER)])
def test_who_sees_a_need(state: str, expected: dict[str, int], request: Any, client_of: Any, village_school: School, lyceum: School) -> None:
    need = make_need(village_school, title="Тайный запрос", state=state, closed_on=None if state == "open" else TODAY)
    make_partnership(need, lyceum, "declined")
    people = {"partner": make_teacher(school=lyceum, is_coordinator=True), "stranger": make_teacher(school=make_school(), is_coordinator=True)}
    for who, status in expected.items():
        browser = client_of(people.get(who) or request.getfixturevalue(who))
        response = browser.get(reverse("need", args=[need.pk]))
        assert response.status_code == status, who
        assert ("Тайный запрос" in response.content.decode()) == (status == 200), who
        if status == 404:
            assert response.content == browser.get(reverse("need", args=[need.pk + 1000])).content


def test_pages_of_needs_cost_few_queries(client_of: Any, vera: Teacher, village_school: School, lyceum: School, django_assert_num_queries: Any) -> None:
    need, browser = make_need(village_school, load_limit=9), client_of(vera)
    browser.get(reverse("need", args=[need.pk]))
    for number in (1, 4):
        for each in range(number):
            make_partnership(need, make_school(f"Школа {number}-{each}"))
        for name, count in (("need", 8), ("my_needs", 8)):
            with django_assert_num_queries(count):
                browser.get(reverse(name, args=[need.pk] if name == "need" else []))


# --- changing ---------------------------------------------------------------------------------------------------------------


def test_the_owner_changes_an_open_need(client_of: Any, vera: Teacher, village_school: School) -> None:
    need = make_need(village_school)
    changes = words(village_school, title="Учитель физики и химии", load_limit="3", ends_on=TOMORROW.isoformat())
    assert client_of(vera).post(reverse("need_edit", args=[need.pk]), changes).status_code == 302
    need.refresh_from_db()
    assert (need.title, need.load_limit, need.ends_on, need.kind, need.school) == ("Учитель физики и химии", 3, TOMORROW, "request", village_school)
    assert list(need.steps.values_list("act", flat=True)) == ["opened", "edited"]
    assert listed(client_of(vera), "q=химии") == ["Учитель физики и химии"]


def test_the_limit_does_not_fall_below_what_is_agreed(client_of: Any, vera: Teacher, village_school: School) -> None:
    need = make_need(village_school, load_limit=3)
    for _ in range(2):
        make_partnership(need, make_school(), "agreed")
    browser = client_of(vera)
    assert errors(browser.post(reverse("need_edit", args=[need.pk]), words(village_school, load_limit="1"))) == ["load_limit"]
    browser.post(reverse("need_edit", args=[need.pk]), words(village_school, load_limit="2"))
    need.refresh_from_db()
    assert (need.load_limit, need.state) == (2, "met")


@pytest.mark.parametrize(("who", "status"), [("visitor", 302), ("anna", 403), ("boris", 403), ("stranger", 403)])
@pytest.mark.parametrize("name", ["need_edit", "need_withdrawal", "exchange_partners_of_need"])
def test_others_neither_change_nor_withdraw(name: str, who: str, status: int, request: Any, client_of: Any, village_school: School) -> None:
    need = make_need(village_school)
    person = make_teacher(school=make_school(), is_coordinator=True) if who == "stranger" else request.getfixturevalue(who)
    browser = client_of(person)
    assert browser.get(reverse(name, args=[need.pk])).status_code == status
    if name != "exchange_partners_of_need":
        assert browser.post(reverse(name, args=[need.pk]), words(village_school, title="Другое")).status_code == status
    assert Need.objects.values_list("title", "state").get() == ("Учитель физики для общих уроков", "open")


def test_a_withdrawn_need_leaves_the_list_and_its_proposals_end(client_of: Any, vera: Teacher, village_school: School, lyceum: School) -> None:
    need = make_need(village_school, load_limit=2)
    waits, agreed = make_partnership(need, lyceum), make_partnership(need, make_school(), "agreed")
    browser = client_of(vera)
    assert browser.get(reverse("need_withdrawal", args=[need.pk])).status_code == 200
    need.refresh_from_db()
    assert need.state == "open"
    for _ in range(2):
        assert browser.post(reverse("need_withdrawal", args=[need.pk])).status_code == 302
    for row in (need, waits, agreed):
        row.refresh_from_db()
    assert (need.state, need.closed_on, waits.state, agreed.state) == ("withdrawn", TODAY, "withdrawn", "agreed")
    assert list(need.steps.values_list("act", "by")) == [("opened", None), ("withdrawn", vera.pk)]
    assert listed(browser) == []


def test_what_is_over_is_closed_once(village_school: School, lyceum: School) -> None:
    over, going = make_need(village_school, title="Прошло", ends_on=YESTERDAY), make_need(village_school, title="Идёт", ends_on=TODAY)
    waits = make_partnership(over, lyceum)
    assert [close_overdue_needs(TODAY), close_overdue_needs(TODAY)] == [1, 0]
    for row in (over, going, waits):
        row.refresh_from_db()
    assert (over.state, going.state, waits.state) == ("closed", "open", "withdrawn")
    assert list(over.steps.values_list("act", "by")) == [("opened", None), ("closed", None)]


# --- partners that fit --------------------------------------------------------------------------------------------------------


def test_partners_stand_with_their_reasons(client_of: Any, vera: Teacher, village_school: School, lyceum: School) -> None:
    School.objects.filter(pk=village_school.pk).update(latitude="57.00000", longitude="65.00000")
    School.objects.filter(pk=lyceum.pk).update(latitude="57.00000", longitude="65.20000")
    need = make_need(village_school, level="basic")
    make_need(village_school, "offer", "Теплица", subject="biology", direction="exchange")
    make_need(lyceum, "offer", "Уроки физики", level="basic")
    make_need(lyceum, "request", "Нужна теплица", subject="biology", direction="exchange")
    far = make_school("Дальняя школа")
    make_need(far, "offer", "Физика по видеосвязи", format="online")
    make_need(make_school("Химики"), "offer", "Химия", subject="chemistry")
    response = client_of(vera).get(reverse("exchange_partners"))
    partners = response.context["partners"]
    assert [str(partner.side) for partner in partners] == ["Лицей № 7", "Дальняя школа"]
    texts = [reason.text for reason in partners[0].reasons]
    assert "рядом: 12 км" in texts
    assert "пока без партнёров" in texts
    assert texts[0].startswith("взаимно")
    assert [sum(reason.points for reason in partner.reasons) for partner in partners] == [partner.score for partner in partners]
    page = client_of(vera).get(reverse("exchange_partners_of_need", args=[need.pk])).content.decode()
    assert page.index("Лицей № 7") < page.index("Дальняя школа")
    assert "Химики" not in page


def test_partners_cost_the_same_for_many(client_of: Any, vera: Teacher, village_school: School, django_assert_num_queries: Any) -> None:
    make_need(village_school)
    browser = client_of(vera)
    for number in (2, 15):
        for each in range(number):
            make_need(make_school(f"{number}-{each}"), "offer", f"Предложение {each}")
        with django_assert_num_queries(12):
            browser.get(reverse("exchange_partners"))


@pytest.mark.parametrize(("state", "words"), [("proposed", "ждёт ответа"), ("agreed", "договорились"), ("running", "идёт")])
@pytest.mark.parametrize("asked_by_us", [True, False])
def test_whoever_is_asked_already_is_not_offered_as_new(
    state: str, words: str, asked_by_us: bool, client_of: Any, vera: Teacher, village_school: School, lyceum: School
) -> None:
    """Neither where our need stands between the two, nor where we have answered theirs; another pair of the same schools changes nothing."""
    need = make_need(village_school, load_limit=2)
    theirs = make_need(lyceum, "offer", "Уроки физики", load_limit=2)
    make_need(make_school("Соседи"), "offer", "Тоже физика")
    made = make_partnership(need if asked_by_us else theirs, lyceum if asked_by_us else village_school, state)
    make_partnership(make_need(village_school, direction="exchange", subject="biology"), make_school("Третья"), "agreed")
    for address in (reverse("exchange_partners_of_need", args=[need.pk]), reverse("exchange_partners")):
        page = client_of(vera).get(address).content.decode()
        rows = dict(re.findall(r'data-partner="([^"]+)"(.*?)<ul class="row xs"', page, re.DOTALL))
        assert set(rows) == {"lyceum-7", next(slug for slug in rows if slug != "lyceum-7")}
        here, other = rows.pop("lyceum-7"), rows.popitem()[1]
        assert (words in here, made.get_absolute_url() in here, "Предложить" in here, "Ответить" in here) == (True, True, False, False)
        assert (words in other, "Предложить" in other or "Ответить" in other) == (False, True)


@pytest.mark.parametrize("state", ["declined", "withdrawn", "finished"])
def test_what_is_over_between_two_may_begin_anew(state: str, client_of: Any, vera: Teacher, village_school: School, lyceum: School) -> None:
    need = make_need(village_school, load_limit=2)
    make_need(lyceum, "offer", "Уроки физики", load_limit=2)
    make_partnership(need, lyceum, state)
    assert "Предложить партнёрство" in client_of(vera).get(reverse("exchange_partners_of_need", args=[need.pk])).content.decode()


# --- who answers --------------------------------------------------------------------------------------------------------------


def test_a_teacher_who_speaks_for_no_side_reads_more_and_learns_whom_to_tell(
    client_of: Any, anna: Teacher, vera: Teacher, gleb: Teacher, lyceum: School, village_school: School
) -> None:
    need = make_need(lyceum)
    lists = ["/exchange/", reverse("school_needs", args=[lyceum.slug])]
    for path in lists:
        page = client_of(anna).get(path).content.decode()
        assert ("Помочь" in page, "Подробнее" in page) == (False, True)
        page = client_of(vera).get(path).content.decode()
        assert ("Помочь" in page, "Подробнее" in page) == (True, False)
    page = client_of(anna).get(need.get_absolute_url()).content.decode()
    assert "Кто может ответить" in page
    assert [f'data-object="teacher:{person.pk}"' in page for person in (vera, gleb)] == [True, False]
    # Who may answer is told to answer; the own need is no help.
    assert "Кто может ответить" not in client_of(vera).get(need.get_absolute_url()).content.decode()
    make_need(village_school, title="Наш запрос")
    assert client_of(vera).get(lists[0]).content.decode().count("Подробнее") == 1


def test_without_a_coordinator_leaders_of_the_own_communities_are_named(client_of: Any, boris: Teacher, daria: Teacher, community: Community) -> None:
    need = make_need(make_school("Чужая"))
    browser = client_of(boris)
    named = f'data-object="teacher:{daria.pk}"'
    assert named not in browser.get(need.get_absolute_url()).content.decode()
    join(community, boris)
    assert named in browser.get(need.get_absolute_url()).content.decode()
    # A community does not answer itself.
    assert named not in browser.get(make_need(community).get_absolute_url()).content.decode()


def test_who_has_answered_already_is_not_sent_to_others(client_of: Any, vera: Teacher, village_school: School, lyceum: School) -> None:
    need = make_need(lyceum)
    make_partnership(need, village_school)
    page = client_of(vera).get(need.get_absolute_url()).content.decode()
    assert ("Кто может ответить" in page, "ждёт ответа" in page) == (False, True)


def test_links_fill_the_form_in(client_of: Any, vera: Teacher) -> None:
    form = client_of(vera).get(reverse("need_new"), {"title": "бионика", "direction": "materials-base", "kind": "request"}).context["form"]
    assert (form["title"].value(), form["direction"].value()) == ("бионика", "materials-base")


def test_the_tab_of_a_school_shows_open_needs_to_teachers(client_of: Any, boris: Teacher, zakhar: Teacher, village_school: School) -> None:
    make_need(village_school, title="Нужен физик")
    make_need(village_school, "offer", "Есть теплица")
    make_need(village_school, title="Отозвано", state="withdrawn", closed_on=TODAY)
    address = reverse("school_needs", args=[village_school.slug])
    page = client_of(boris).get(address).content.decode()
    assert ("Нужен физик" in page, "Есть теплица" in page, "Отозвано" in page) == (True, True, False)
    assert Client().get(address).status_code == 302
    assert client_of(zakhar).get(address).status_code == 403
    assert "Нужен физик" not in Client().get(village_school.get_absolute_url()).content.decode()


def test_a_member_who_no_longer_leads_speaks_no_more(client_of: Any, daria: Teacher, community: Community) -> None:
    need = make_need(community)
    join(community, make_teacher(), role="leader")
    browser = client_of(daria)
    assert browser.get(reverse("need_edit", args=[need.pk])).status_code == 200
    community.memberships.filter(teacher=daria).update(left_on=TODAY)
    assert browser.get(reverse("need_edit", args=[need.pk])).status_code == 403


def test_a_search_in_vain_leads_to_the_exchange(client_of: Any, anna: Teacher, vera: Teacher) -> None:
    """In the library to the list of needs, from there to a request that is filled in."""
    assert "/exchange/?q=%D0%B1%D0%B8%D0%BE%D0%BD" in client_of(anna).get("/materials/", {"q": "бионика"}).content.decode()
    assert "/exchange/" not in Client().get("/materials/", {"q": "бионика"}).content.decode()
    page = client_of(vera).get("/exchange/", {"q": "бионика", "direction": "materials-base"}).content.decode()
    assert "/exchange/new/?title=%D0%B1%D0%B8%D0%BE%D0%BD%D0%B8%D0%BA%D0%B0&amp;direction=materials-base" in page
    assert "/exchange/new/" not in client_of(anna).get("/exchange/", {"q": "бионика"}).content.decode()


@pytest.mark.parametrize("number", [10**12, 10**30])
def test_numbers_that_no_row_has_are_404(number: int, client_of: Any, evgenia: Teacher) -> None:
    browser = client_of(evgenia)
    for path in ("", "edit/", "withdrawal/", "partners/"):
        assert browser.get(f"/exchange/{number}/{path}").status_code == 404
    assert browser.get(f"/exchange/partnerships/{number}/").status_code == 404
    assert browser.post(f"/exchange/{number}/proposal/", {}).status_code == 404
