"""The administrators' lists: what they must not read or change there."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from communities.models import AuditEntry, Teacher

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["account/emailaddress/", "account/emailaddress/add/", "auth/group/", "django_tasks_database/dbtaskresult/"])
def test_no_door_into_other_peoples_accounts(path: str, zhanna: Teacher, client_of: Any) -> None:
    assert client_of(zhanna).get(f"/admin/{path}").status_code == 404


def test_a_second_factor_is_taken_away_and_never_read(zhanna: Teacher, evgenia: Teacher, client_of: Any) -> None:
    factor = Authenticator.objects.get(user=evgenia)
    browser, page = client_of(zhanna), f"/admin/mfa/authenticator/{factor.pk}/"
    assert factor.data["secret"] not in browser.get(page + "change/").content.decode()
    assert browser.post(page + "change/", {"user": zhanna.pk, "type": "totp", "data": "{}"}).status_code == 403
    assert browser.post(page + "delete/", {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.filter(user=evgenia).exists()
    entry = AuditEntry.objects.get(action="remove-second-factor")
    assert (entry.actor, entry.object_id) == (zhanna, evgenia.pk)


@pytest.mark.parametrize("noun", ["teacher", "school", "position"])
def test_a_search_of_any_length(noun: str, zhanna: Teacher, client_of: Any) -> None:
    assert client_of(zhanna).get(f"/admin/communities/{noun}/", {"q": "a" * 60_000}).status_code == 200
