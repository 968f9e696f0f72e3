"""The demo's exchange: needs and partnerships in every state, passports with their facts, somebody who fits."""

import datetime

import pytest
from django.db.models import F
from django.utils import timezone

from communities.models import Need, NeedStep, Partnership, PartnershipStep, Questionnaire, SchoolFact, Teacher
from communities.models.need import NeedState
from communities.models.partnership import AT_WORK
from communities.partners import partners_of
from communities.waiting import waiting_for
from metrics.models import Activity
from tests.network_portal.test_demo import TODAY, fill

pytestmark = pytest.mark.django_db


def test_the_exchange_is_plausible_and_complete() -> None:
    fill()
    # Beside the drawn ones four of the coordinator and of who fits them.
    assert Need.objects.filter(state="open").count() == 24 + 4
    assert set(Need.objects.values_list("state", flat=True)) == set(NeedState.values)
    assert set(Partnership.objects.values_list("state", flat=True)) >= {"proposed", "running", "finished"}
    # Places, states and histories agree, nothing happens to oneself, before its time or in the future.
    for need in Need.objects.all():
        live = need.partnerships.filter(state__in=[*AT_WORK, "finished"]).count()
        assert need.taken == live, need.title
        assert (need.closed_on is None) == (need.state == "open")
    assert not Partnership.objects.filter(school=F("need__school")).exists()
    end = datetime.date.fromisoformat(TODAY)
    for model in (NeedStep, PartnershipStep):
        assert max(timezone.localdate(at) for at in model.objects.values_list("at", flat=True)) <= end
    assert Activity.objects.filter(verb="opened-need").count() == Need.objects.count()
    assert Activity.objects.filter(verb="answered-need").count() == Partnership.objects.count()
    assert set(SchoolFact.objects.values_list("fact", flat=True)) >= {"sole-teacher", "colleague-km", "schools-near", "lent", "borrowed"}
    assert Questionnaire.objects.values("school").distinct().count() >= 3
    coordinator = Teacher.objects.get(email="coordinator@example.org")
    assert {"Ответить на предложение"} <= {task.verb for task in waiting_for(coordinator)}
    best = partners_of(coordinator.school, 1)[0]
    assert best.reasons[0].text.startswith("взаимно")
