"""Membership: joining, leaving, inviting, roles, exclusion, and the races around them."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities import pages
from communities.actions import membership as actions
from communities.models import AuditEntry, Community, Invitation, JoinRequest, Membership, MembershipRole, Teacher
from metrics.models import Activity
from tests.factories.people import join, make_community, make_school, make_teacher

pytestmark = pytest.mark.django_db


def url(community: Community, page: str = "community", *more: Any) -> str:
    return reverse(page, args=[community.slug, *more])


def current(community: Community, teacher: Teacher) -> Membership | None:
    return Membership.objects.current().filter(community=community, teacher=teacher).first()


def acts(verb: str) -> list[tuple[Any, ...]]:
    return list(Activity.objects.filter(verb=verb).values_list("actor__first_name", "community__name", "level", "delta"))


def said(response: Any) -> str:
    """The text of the messages on the page that the redirect leads to."""
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def by_request(community: Community) -> Community:
    community.is_open = False
    community.save()
    return community


# --- joining --------------------------------------------------------------------------------------------------------


def test_teacher_joins_an_open_community_at_once(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    client_of(anna).post(url(community, "community_join"))
    membership = current(community, anna)
    assert membership is not None
    assert (membership.role, membership.self_joined, membership.joined_on) == ("member", True, timezone.localdate())
    assert list(membership.roles.values_list("role", "since", "until")) == [("member", timezone.localdate(), None)]
    assert acts("joined") == [("Анна", "Физика рядом", "inter-municipal", 1)]


def test_joining_twice_is_joining_once(client_of: Any, community: Community, anna: Teacher) -> None:
    browser = client_of(anna)
    for _ in range(2):
        assert browser.post(url(community, "community_join")).url == url(community)
    actions.join_community(community, by=anna)
    assert (Membership.objects.count(), MembershipRole.objects.count(), Activity.objects.count()) == (1, 1, 1)


def test_the_constraint_decides_a_race_to_join(community: Community, anna: Teacher) -> None:
    """Another request has opened the membership after this one looked: the loser gets the winner's row and writes nothing."""
    winner = Membership.objects.create(community=community, teacher=anna)
    with transaction.atomic():
        membership, opened = actions.open_membership(community, anna, self_joined=True)
    assert (membership, opened) == (winner, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(community=community, teacher=anna, joined_on=datetime.date(2020, 1, 1))


@pytest.mark.parametrize("who", ["visitor", "zakhar"])
def test_only_confirmed_teachers_join(client_of: Any, community: Community, visitor: Any, zakhar: Teacher, who: str) -> None:
    person = {"visitor": visitor, "zakhar": zakhar}[who]
    response = client_of(person).post(url(community, "community_join"))
    assert response.status_code == (302 if who == "visitor" else 403)
    assert not Membership.objects.exists()


def test_get_never_joins(client_of: Any, community: Community, anna: Teacher) -> None:
    client_of(anna).get(url(community, "community_join"))
    assert not Membership.objects.exists()


def test_a_closed_community_takes_nobody_in(client_of: Any, anna: Teacher) -> None:
    closed = make_community("Закрытое", closed_on="2025-01-01")
    response = client_of(anna).post(url(closed, "community_join"), follow=True)
    assert "закрыто" in said(response)
    assert not Membership.objects.exists()


# --- by request -----------------------------------------------------------------------------------------------------


def test_request_is_sent_once_and_lets_nobody_in_yet(client_of: Any, by_request: Community, anna: Teacher) -> None:
    browser = client_of(anna)
    for message in ("Веду физику одна", "ещё раз"):
        browser.post(url(by_request, "community_join"), {"message": message})
    asked = JoinRequest.objects.get()
    assert (asked.teacher, asked.message, asked.answered_at) == (anna, "Веду физику одна", None)
    assert current(by_request, anna) is None
    assert not Activity.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.create(community=by_request, teacher=anna)


def test_too_long_a_message_is_a_form_error(client_of: Any, by_request: Community, anna: Teacher) -> None:
    for message in ("я" * 501, "\x00"):
        response = client_of(anna).post(url(by_request, "community_join"), {"message": message})
        assert list(response.context["form"].errors) == ["message"]
    assert not JoinRequest.objects.exists()


def test_request_can_be_taken_back(client_of: Any, by_request: Community, anna: Teacher) -> None:
    browser = client_of(anna)
    browser.post(url(by_request, "community_join"), {"message": ""})
    browser.post(url(by_request, "community_join"), {"take_back": "1"})
    assert JoinRequest.objects.get().accepted is False
    browser.post(url(by_request, "community_join"), {"message": "снова"})
    assert JoinRequest.objects.filter(answered_at=None).get().message == "снова"


@pytest.mark.parametrize("role", ["leader", "moderator"])
def test_leader_or_moderator_lets_in(client_of: Any, by_request: Community, daria: Teacher, anna: Teacher, vera: Teacher, role: str) -> None:
    asked = actions.ask_to_join(by_request, by=anna)
    if role == "moderator":
        join(by_request, vera, role="moderator")
    answering = vera if role == "moderator" else daria
    client_of(answering).post(url(by_request, "community_request", asked.pk), {"answer": "accept"})
    membership = current(by_request, anna)
    assert membership is not None
    assert membership.self_joined is True
    assert membership.roles.get().given_by == answering
    assert acts("joined") == [("Анна", "Физика рядом", "inter-municipal", 1)]
    entry = AuditEntry.objects.get(action="accept-join-request")
    assert (entry.actor, entry.details) == (answering, {"teacher": anna.pk})


def test_declined_request_lets_nobody_in(client_of: Any, by_request: Community, daria: Teacher, anna: Teacher) -> None:
    asked = actions.ask_to_join(by_request, by=anna)
    client_of(daria).post(url(by_request, "community_request", asked.pk), {"answer": "decline"})
    asked.refresh_from_db()
    assert (asked.accepted, asked.answered_by) == (False, daria)
    assert current(by_request, anna) is None


def test_the_first_answer_holds(client_of: Any, by_request: Community, daria: Teacher, anna: Teacher) -> None:
    asked = actions.ask_to_join(by_request, by=anna)
    browser = client_of(daria)
    browser.post(url(by_request, "community_request", asked.pk), {"answer": "decline"})
    response = browser.post(url(by_request, "community_request", asked.pk), {"answer": "accept"}, follow=True)
    assert "уже ответили" in said(response)
    assert current(by_request, anna) is None


def test_foreign_request_is_404(client_of: Any, by_request: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    """Neither a member, nor an outsider, nor the leader of another community answers."""
    asked = actions.ask_to_join(by_request, by=boris)
    join(by_request, anna)
    other = make_community("Другое")
    leader = make_teacher("Чужой")
    join(other, leader, role="leader")
    for person, community in ((anna, by_request), (boris, by_request), (leader, by_request), (leader, other), (daria, other)):
        assert client_of(person).post(url(community, "community_request", asked.pk), {"answer": "accept"}).status_code == 404
    assert client_of(daria).post(url(by_request, "community_request", 10**30), {"answer": "accept"}).status_code == 404
    asked.refresh_from_db()
    assert asked.answered_at is None


# --- invitations ----------------------------------------------------------------------------------------------------


def test_leader_finds_a_teacher_by_name_and_invites(client_of: Any, community: Community, daria: Teacher, anna: Teacher, zakhar: Teacher) -> None:
    browser = client_of(daria)
    page = browser.get(url(community, "community_invite"), {"q": "власов"})
    assert page.context["found"] == [(anna, False)]
    assert browser.get(url(community, "community_invite"), {"q": "яшин"}).context["found"] == []
    assert browser.get(url(community, "community_invite"), {"q": "\x00"}).context["found"] == []
    for _ in range(2):
        browser.post(url(community, "community_invite"), {"teacher": anna.pk})
    invitation = Invitation.objects.get()
    assert (invitation.teacher, invitation.invited_by, invitation.answered_at) == (anna, daria, None)
    assert acts("invited") == [("Дарья", "Физика рядом", "school", 1)]
    assert browser.get(url(community, "community_invite"), {"q": "власов"}).context["found"] == [(anna, True)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(community=community, teacher=anna)


def test_who_cannot_be_found_cannot_be_invited(client_of: Any, community: Community, daria: Teacher, zakhar: Teacher) -> None:
    for number in (zakhar.pk, 0, 10**30, "x", "١", "9" * 5000, ""):
        assert client_of(daria).post(url(community, "community_invite"), {"teacher": number}).status_code == 404
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["member", "moderator", "outsider"])
def test_only_leaders_invite(client_of: Any, community: Community, anna: Teacher, boris: Teacher, who: str) -> None:
    if who != "outsider":
        join(community, anna, role=who)
    assert client_of(anna).post(url(community, "community_invite"), {"teacher": boris.pk}).status_code == 403
    assert not Invitation.objects.exists()


def test_accepted_invitation_was_not_begun_by_the_member(client_of: Any, by_request: Community, daria: Teacher, anna: Teacher) -> None:
    actions.invite_teacher(by_request, anna, by=daria)
    browser = client_of(anna)
    assert browser.get(url(by_request, "community_invitation")).status_code == 200
    browser.post(url(by_request, "community_invitation"), {"answer": "accept"})
    membership = current(by_request, anna)
    assert membership is not None
    assert membership.self_joined is False
    assert Invitation.objects.get().accepted is True
    assert acts("joined") == [("Анна", "Физика рядом", "inter-municipal", 1)]


def test_join_button_accepts_an_open_invitation(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    actions.invite_teacher(community, anna, by=daria)
    client_of(anna).post(url(community, "community_join"))
    membership = current(community, anna)
    assert membership is not None
    assert membership.self_joined is False
    assert Invitation.objects.get().answered_at is not None


def test_declined_and_withdrawn_invitations_let_nobody_in(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    actions.invite_teacher(community, anna, by=daria)
    client_of(anna).post(url(community, "community_invitation"), {"answer": "decline"})
    withdrawn = actions.invite_teacher(community, boris, by=daria)
    client_of(daria).post(url(community, "community_invitation_withdrawal", withdrawn.pk))
    response = client_of(boris).post(url(community, "community_invitation"), {"answer": "accept"}, follow=True)
    assert "отозв" in said(response)
    assert current(community, anna) is None
    assert current(community, boris) is None


def test_foreign_invitation_is_404(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    invitation = actions.invite_teacher(community, anna, by=daria)
    assert client_of(boris).get(url(community, "community_invitation")).status_code == 404
    assert client_of(boris).post(url(community, "community_invitation"), {"answer": "accept"}).status_code == 404
    assert client_of(boris).post(url(community, "community_invitation_withdrawal", invitation.pk)).status_code == 404
    other = make_community("Другое")
    join(other, daria, role="leader")
    assert client_of(daria).post(url(other, "community_invitation_withdrawal", invitation.pk)).status_code == 404
    invitation.refresh_from_db()
    assert invitation.answered_at is None


# --- leaving --------------------------------------------------------------------------------------------------------


def test_leaving_closes_the_row_and_takes_effect_at_once(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    membership, browser = join(community, anna, role="moderator"), client_of(anna)
    assert browser.get(url(community, "community_requests")).status_code == 200
    browser.post(url(community, "community_leave"))
    membership.refresh_from_db()
    assert membership.left_on == timezone.localdate()
    assert membership.roles.get().until == timezone.localdate()
    assert browser.get(url(community, "community_requests")).status_code == 404
    browser.post(url(community, "community_leave"))
    assert acts("left") == [("Анна", "Физика рядом", "inter-municipal", 1)]


def test_the_last_leader_cannot_leave_without_naming_another(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    join(community, anna)
    browser = client_of(daria)
    # Said before the click, with the way there; the button comes when somebody else leads.
    page, button = browser.get(url(community, "community_leave")).content.decode(), '<button class="btn btn-1">Выйти</button>'
    assert "Сначала назначьте" in page
    assert f'class="btn btn-1" href="{url(community, "community_members")}"' in page
    assert button not in page
    assert "Сначала назначьте" in said(browser.post(url(community, "community_leave"), follow=True))
    assert current(community, daria) is not None
    browser.post(url(community, "community_member", current(community, anna).pk), {"role": "leader", "duty": ""})
    assert button in browser.get(url(community, "community_leave")).content.decode()
    browser.post(url(community, "community_leave"))
    assert current(community, daria) is None


def test_coming_back_on_the_same_day_continues_the_membership(client_of: Any, community: Community, anna: Teacher) -> None:
    """(community, teacher, joined_on) names a membership, so that one day has one row."""
    browser = client_of(anna)
    for page in ("community_join", "community_leave", "community_join"):
        browser.post(url(community, page))
    membership = Membership.objects.get()
    assert membership.left_on is None
    assert [role.until for role in membership.roles.all()] == [timezone.localdate(), None]
    assert [len(acts("joined")), len(acts("left"))] == [2, 1]


def test_coming_back_later_opens_a_new_membership(client_of: Any, community: Community, anna: Teacher) -> None:
    old, browser = join(community, anna), client_of(anna)
    browser.post(url(community, "community_leave"))
    browser.post(url(community, "community_join"))
    old.refresh_from_db()
    assert old.left_on == timezone.localdate()
    assert current(community, anna) not in (None, old)


# --- roles and exclusion --------------------------------------------------------------------------------------------


def test_roles_have_a_dated_history(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    membership = join(community, anna)
    client_of(daria).post(url(community, "community_member", membership.pk), {"role": "moderator", "duty": "рецензии"})
    membership.refresh_from_db()
    assert (membership.role, membership.duty) == ("moderator", "рецензии")
    today = timezone.localdate()
    assert list(membership.roles.values_list("role", "until", "given_by")) == [("member", today, None), ("moderator", None, daria.pk)]
    entry = AuditEntry.objects.get(action="set-role")
    assert (entry.actor, entry.details) == (daria, {"teacher": anna.pk, "old": "member", "new": "moderator"})
    actions.set_role(membership, "leader", by=daria)
    assert list(membership.roles.values_list("role", "until")) == [("member", today), ("leader", None)]


def test_the_last_leader_keeps_the_role(client_of: Any, community: Community, daria: Teacher, evgenia: Teacher) -> None:
    membership = current(community, daria)
    response = client_of(evgenia).post(url(community, "community_member", membership.pk), {"role": "member", "duty": ""})
    assert "единственный руководитель" in str(response.context["form"].errors)
    client_of(evgenia).post(url(community, "community_member_exclusion", membership.pk), {"reason": "moved"})
    assert current(community, daria) == membership
    assert membership.role == "leader"


def test_a_refused_role_keeps_the_duty_too(community: Community, daria: Teacher) -> None:
    membership = current(community, daria)
    with pytest.raises(ValidationError):
        actions.set_role(membership, "member", by=daria, duty="другое")
    assert current(community, daria).duty == ""


def test_leader_excludes_with_a_reason_that_is_audited(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    membership = join(community, anna)
    page = url(community, "community_member_exclusion", membership.pk)
    assert list(client_of(daria).post(page, {"reason": "просто так"}).context["form"].errors) == ["reason"]
    client_of(daria).post(page, {"reason": "rules"})
    assert current(community, anna) is None
    entry = AuditEntry.objects.get(action="exclude-member")
    assert (entry.actor, entry.target, entry.details) == (daria, community, {"teacher": anna.pk, "reason": "rules"})
    assert acts("left") == [("Анна", "Физика рядом", "inter-municipal", 1)]
    assert client_of(daria).post(page, {"reason": "rules"}).status_code == 404


@pytest.mark.parametrize("who", ["outsider", "member", "moderator"])
def test_members_are_managed_by_leaders_alone(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher, who: str) -> None:
    membership = join(community, boris)
    if who != "outsider":
        join(community, anna, role=who)
    browser = client_of(anna)
    assert browser.post(url(community, "community_member", membership.pk), {"role": "leader", "duty": ""}).status_code == 403
    assert browser.post(url(community, "community_member_exclusion", membership.pk), {"reason": "rules"}).status_code == 403
    membership.refresh_from_db()
    assert (membership.role, membership.left_on) == ("member", None)


def test_foreign_membership_is_404(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    foreign = join(make_community("Другое"), anna)
    for page in ("community_member", "community_member_exclusion"):
        assert client_of(daria).get(url(community, page, foreign.pk)).status_code == 404
        assert client_of(daria).get(url(community, page, 10**30)).status_code == 404


# --- the pages ------------------------------------------------------------------------------------------------------


def test_members_page_puts_leaders_first_and_hides_former_members(client_of: Any, community: Community, daria: Teacher, anna: Teacher, boris: Teacher) -> None:
    join(community, anna)
    gone = join(community, boris)
    gone.left_on = gone.joined_on
    gone.save()
    page = client_of(anna).get(url(community, "community_members"))
    assert [row.teacher for row in page.context["page"]] == [daria, anna]
    assert reverse("community_member", args=[community.slug, 1])[:-2] + "history/" not in page.content.decode()


def test_history_shows_former_members_to_leaders(client_of: Any, community: Community, daria: Teacher, anna: Teacher) -> None:
    gone = join(community, anna)
    gone.left_on = gone.joined_on
    gone.save()
    page = client_of(daria).get(url(community, "community_member_history"))
    assert {row.teacher for row in page.context["page"]} == {daria, anna}


def test_members_cost_the_same_at_two_sizes(
    client_of: Any, community: Community, daria: Teacher, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(pages, "community_tabs", [])
    browser = client_of(daria)
    browser.get(url(community, "community_members"))
    with django_assert_num_queries(7):
        browser.get(url(community, "community_members"))
    school = make_school("Большая школа")
    people = [make_teacher(f"Участник {number}", school=school) for number in range(20)]
    Membership.objects.bulk_create(Membership(community=community, teacher=person) for person in people)
    with django_assert_num_queries(7):
        response = browser.get(url(community, "community_members"))
    assert response.context["page"].paginator.count == 21


def test_visitor_is_asked_to_sign_in(client: Client, community: Community) -> None:
    response = client.get(url(community, "community_members"))
    assert response.url.startswith("/accounts/login/")
