"""Communities: the list, founding, the passport, the overview and what each reader sees of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from communities import pages
from communities.actions.goal import endorse_goal
from communities.models import AuditEntry, Community, CommunityForm, GoalVersion, Membership, ProblemArea, Teacher
from communities.models.membership import MemberRole
from communities.slugs import latin_slug
from metrics.models import Activity
from tests.factories.people import give_consent, join, make_community, make_school, make_teacher

pytestmark = pytest.mark.django_db

PASSPORT = {"name": "Химия без реактивов", "area": "subject:chemistry", "is_open": "on", "space": "По видеосвязи", "looking_for": "школу с лабораторией"}
NEW = {**PASSPORT, "goal": "К маю в каждой школе — десять опытов на том, что есть под рукой"}


def names(response: Any) -> list[str]:
    return [row.name for row in response.context["page"]]


def url(community: Community, page: str = "community", *more: Any) -> str:
    return reverse(page, args=[community.slug, *more])


# --- the list -------------------------------------------------------------------------------------------------------


def test_list_is_public_and_counts_what_it_shows(client: Client, community: Community, daria: Teacher) -> None:
    make_community("Закрытое", closed_on="2025-01-01")
    response = client.get("/communities/")
    html = response.content.decode()
    assert response.status_code == 200
    assert 'data-total="1"' in html
    assert f'data-object="community:{community.pk}"' in html
    assert "Закрытое" not in html
    assert "Дарья" not in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=физик", ["Физика рядом"]),
        ("q=РЯДОМ+физика", ["Физика рядом"]),
        ("kind=problem", ["Одарённые"]),
        ("subject=physics", ["Физика рядом"]),
        ("problem_area=gifted", ["Одарённые"]),
        ("form=club", ["Одарённые"]),
        ("subject=physics&kind=problem", []),
        ("subject=nonsense&kind=7&form=%00", ["Одарённые", "Физика рядом"]),
        ("page=1" + "0" * 30, ["Одарённые", "Физика рядом"]),
        ("page=1" + "0" * 5000, ["Одарённые", "Физика рядом"]),
        ("q=%00", ["Одарённые", "Физика рядом"]),
        ("q=" + "я" * 300, ["Одарённые", "Физика рядом"]),
        ("q=%ED%A0%80", []),
        ("mine=on", ["Одарённые", "Физика рядом"]),
    ],
)
def test_filters_narrow_the_list_and_nonsense_is_ignored(client: Client, community: Community, query: str, expected: list[str]) -> None:
    make_community("Одарённые", subject="", kind="problem", problem_area=ProblemArea.objects.get(code="gifted"), form=CommunityForm.objects.get(code="club"))
    assert names(client.get(f"/communities/?{query}")) == expected


def test_only_mine_shows_todays_memberships(client_of: Any, community: Community, anna: Teacher) -> None:
    other = make_community("Другое")
    join(community, anna)
    former = join(other, anna)
    former.left_on = former.joined_on
    former.save()
    assert names(client_of(anna).get("/communities/?mine=on")) == ["Физика рядом"]


def test_empty_lists_offer_one_action(client: Client, client_of: Any, anna: Teacher) -> None:
    assert reverse("community_new") in client_of(anna).get("/communities/").content.decode()
    make_community("Физика")
    page = client.get("/communities/?q=нетакого").content.decode()
    assert 'data-total="0"' in page
    assert 'class="empty"' in page


def test_list_costs_the_same_at_two_sizes(client_of: Any, anna: Teacher, django_assert_num_queries: Any) -> None:
    browser, schools = client_of(anna), [make_school(f"Школа {number}") for number in range(3)]

    def grow(communities: int, members: int) -> None:
        people = [make_teacher(f"Участник {number}", school=schools[number % 3]) for number in range(members)]
        for number in range(communities):
            community = make_community(f"Сообщество {number} из {communities}")
            Membership.objects.bulk_create(Membership(community=community, teacher=person) for person in people)

    grow(2, 2)
    browser.get("/communities/")
    with django_assert_num_queries(9):
        browser.get("/communities/")
    grow(20, 20)
    with django_assert_num_queries(9):
        response = browser.get("/communities/")
    assert response.context["page"].paginator.count == 22
    assert {(row.member_count, row.school_count) for row in response.context["page"]} == {(2, 2), (20, 3)}


# --- founding -------------------------------------------------------------------------------------------------------


def test_teacher_founds_an_informal_community_and_leads_it(client_of: Any, anna: Teacher) -> None:
    response = client_of(anna).post("/communities/new/", NEW)
    community = Community.objects.get()
    assert response.url == "/communities/khimiya-bez-reaktivov/" == community.get_absolute_url()
    assert (community.is_formal, community.form.code, community.kind, community.subject.code) == (False, "informal", "subject", "chemistry")
    assert community.founded_by == anna
    membership = Membership.objects.get()
    assert (membership.teacher, membership.role, membership.self_joined) == (anna, MemberRole.LEADER, True)
    assert list(membership.roles.values_list("role", "until")) == [("leader", None)]
    assert GoalVersion.objects.get().text == community.goal == NEW["goal"]
    act = Activity.objects.get()
    assert (act.verb, act.actor, act.community, act.school, act.level) == ("founded", anna, community, anna.school, "school")


@pytest.mark.parametrize("field", ["name", "area", "goal"])
def test_name_area_and_goal_are_required(client_of: Any, anna: Teacher, field: str) -> None:
    response = client_of(anna).post("/communities/new/", {**NEW, field: " "})
    assert list(response.context["form"].errors) == [field]
    assert not Community.objects.exists()


@pytest.mark.parametrize("bad", [{"name": "я" * 121}, {"name": "a\x00b"}, {"goal": "я" * 501}, {"area": "subject:nonsense"}, {"area": "x"}, {"space": "\x00"}])
def test_bad_text_is_a_form_error(client_of: Any, anna: Teacher, bad: dict[str, str]) -> None:
    response = client_of(anna).post("/communities/new/", {**NEW, **bad})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == list(bad)
    assert not Community.objects.exists()


def test_a_taken_name_is_a_form_error(client_of: Any, anna: Teacher) -> None:
    make_community(NEW["name"])
    response = client_of(anna).post("/communities/new/", NEW)
    assert list(response.context["form"].errors) == ["name"]
    assert Community.objects.count() == 1


def test_the_constraint_decides_a_race_for_a_name(client_of: Any, anna: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form saw a free name, somebody else was faster: same page, clear words, nothing stored."""
    make_community(NEW["name"])
    monkeypatch.setattr("communities.forms.community.FoundForm.validate_unique", lambda form: None)
    response = client_of(anna).post("/communities/new/", NEW)
    assert list(response.context["form"].errors) == ["name"]
    assert (Community.objects.count(), Membership.objects.count(), Activity.objects.count()) == (1, 0, 0)


def test_addresses_never_collide_with_pages_or_each_other(client_of: Any, anna: Teacher) -> None:
    browser = client_of(anna)
    for name in ("New", "Клуб!", "Клуб?", "«…»"):
        browser.post("/communities/new/", {**NEW, "name": name})
    assert set(Community.objects.values_list("name", "slug")) == {("New", "new-2"), ("Клуб!", "klub"), ("Клуб?", "klub-2"), ("«…»", "community")}


def test_slug_of_russian_words() -> None:
    assert latin_slug("Щётка, ёж и объём — 7 «Б»") == "shchetka-ezh-i-obem-7-b"
    assert len(latin_slug("щ" * 200)) <= 70


# --- formality and the passport -------------------------------------------------------------------------------------


def test_methodist_makes_it_formal_and_the_audit_log_knows(client_of: Any, community: Community, evgenia: Teacher) -> None:
    client_of(evgenia).post(url(community, "community_formality"), {"form": "district-union"})
    community.refresh_from_db()
    assert (community.is_formal, community.form.code) == (True, "district-union")
    entry = AuditEntry.objects.get(action="make-formal")
    assert (entry.actor, entry.target, entry.details) == (evgenia, community, {"form": "district-union"})


def test_leader_cannot_make_it_formal(client_of: Any, community: Community, daria: Teacher) -> None:
    assert client_of(daria).post(url(community, "community_formality"), {"form": "district-union"}).status_code == 403
    client_of(daria).post(url(community, "community_edit"), {**PASSPORT, "is_formal": "on", "form": "1", "goal": "Чужая цель"})
    community.refresh_from_db()
    assert (community.name, community.is_formal, community.form, community.goal) == (
        PASSPORT["name"],
        False,
        None,
        "Вести физику вместе там, где учитель один",
    )


def test_leader_edits_the_passport_and_the_address_stays(client_of: Any, community: Community, daria: Teacher) -> None:
    response = client_of(daria).post(url(community, "community_edit"), {**PASSPORT, "area": "problem:gifted", "is_open": ""})
    assert response.url == "/communities/physics-nearby/"
    community.refresh_from_db()
    assert (community.kind, community.subject, community.problem_area.code, community.is_open) == ("problem", None, "gifted", False)
    assert community.space == "По видеосвязи"
    assert list(Community.objects.named("химия")) == [community]


# --- who reaches which page -----------------------------------------------------------------------------------------

PEOPLE = ["visitor", "zakhar", "outsider", "member", "moderator", "leader", "methodist", "administrator"]
# Page → status of a GET for each of PEOPLE. 302 = sign in first.
MATRIX = {
    "community": [200, 200, 200, 200, 200, 200, 200, 200],
    "community_goal": [200, 200, 200, 200, 200, 200, 200, 200],
    "community_edit": [302, 403, 403, 403, 403, 200, 200, 200],
    "community_goal_edit": [302, 403, 403, 403, 403, 200, 200, 200],
    "community_formality": [302, 403, 403, 403, 403, 403, 200, 200],
    "community_members": [302, 403, 200, 200, 200, 200, 200, 200],
    "community_member_history": [302, 403, 404, 404, 404, 200, 200, 200],
    "community_requests": [302, 403, 404, 404, 200, 200, 200, 200],
    "community_invite": [302, 403, 403, 403, 403, 200, 200, 200],
    "community_join": [302, 403, 200, 302, 302, 302, 200, 200],
    "community_leave": [302, 403, 302, 200, 200, 200, 302, 302],
    "community_invitation": [302, 403, 404, 404, 404, 404, 404, 404],
}


@pytest.fixture
def people(
    community: Community, daria: Teacher, anna: Teacher, boris: Teacher, vera: Teacher, zakhar: Teacher, evgenia: Teacher, zhanna: Teacher, visitor: Any
) -> Any:
    join(community, anna)
    join(community, vera, role="moderator")
    return {
        "visitor": visitor,
        "zakhar": zakhar,
        "outsider": boris,
        "member": anna,
        "moderator": vera,
        "leader": daria,
        "methodist": evgenia,
        "administrator": zhanna,
    }


@pytest.mark.parametrize("route", MATRIX)
def test_who_reaches_which_page(route: str, people: Any, client_of: Any, community: Community) -> None:
    assert {who: client_of(people[who]).get(url(community, route)).status_code for who in PEOPLE} == dict(zip(PEOPLE, MATRIX[route], strict=True))


@pytest.mark.parametrize("route", MATRIX)
def test_absent_community_is_404(route: str, client_of: Any, zhanna: Teacher) -> None:
    assert client_of(zhanna).get(reverse(route, args=["no-such-community"])).status_code == 404


# --- the overview ---------------------------------------------------------------------------------------------------


def test_visitors_read_the_passport_without_names(client: Client, client_of: Any, people: Any, community: Community, boris: Teacher) -> None:
    html = client.get(url(community)).content.decode()
    assert community.goal in html
    assert "2 школы, 2 муниципальных" in html.replace("\xa0", " ")
    for name in ("Орлова", "Дарья", "Власова", "Мельник", "/teachers/"):
        assert name not in html
    assert "Дарья Сергеевна Орлова" in client_of(boris).get(url(community)).content.decode()


def test_a_leader_who_consented_to_publication_is_named_to_visitors_unlinked(client: Client, community: Community, daria: Teacher) -> None:
    give_consent(daria, "publication")
    html = client.get(url(community)).content.decode()
    assert "Дарья Сергеевна Орлова" in html
    assert "/teachers/" not in html


def test_one_leader_calls_for_a_second(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    def calls(who: Teacher) -> bool:
        return "Руководитель один" in client_of(who).get(url(community)).content.decode().replace("\xa0", " ")

    assert calls(daria)
    assert calls(anna)
    join(community, anna, role="leader")
    assert not calls(daria)


def test_upper_rooms_add_panels_and_tabs(client: Client, community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    note = {"template": "components/note.html", "context": {}, "place": "aside"}
    monkeypatch.setattr(pages, "community_panels", [lambda community, teacher: note, lambda community, teacher: None])
    monkeypatch.setattr(pages, "community_tabs", [lambda community, teacher: {"name": "materials", "url": "/x/", "text": "Материалы", "count": 48}])
    response = client.get(url(community))
    assert response.context["panels"] == {"information": [], "main": [], "aside": [note]}
    assert [(tab["name"], tab["current"]) for tab in response.context["tabs"]] == [("overview", True), ("materials", False)]
    assert "Материалы · 48" in response.content.decode()


def test_overview_costs_the_same_at_two_sizes(
    client_of: Any, community: Community, daria: Teacher, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """This room's own cost; what upper rooms add is theirs to hold."""
    monkeypatch.setattr(pages, "community_panels", [])
    monkeypatch.setattr(pages, "community_tabs", [])
    endorse_goal(GoalVersion.objects.create(community=community, text=community.goal), by=daria)
    browser = client_of(daria)
    browser.get(url(community))
    with django_assert_num_queries(9):
        browser.get(url(community))
    school = make_school("Большая школа")
    for number in range(20):
        join(community, make_teacher(f"Участник {number}", school=school), role="leader" if number < 5 else "member")
    with django_assert_num_queries(9):
        browser.get(url(community))
