"""The exchange at the same moment: places, proposals, withdrawing while somebody accepts. Real threads, both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from communities.actions.need import open_need, withdraw_need
from communities.actions.partnership import agree_partnership, break_off_partnership, decline_partnership, finish_partnership, propose_partnership
from communities.models import Need, NeedStep, Partnership, PartnershipStep, School, Teacher
from metrics.models import Activity
from tests.factories.exchange import make_need, make_partnership
from tests.factories.people import make_school

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

AT_ONCE = 6


def at_once(acts: list[Callable[[], Any]]) -> list[bool]:
    """Each act in a thread of its own, begun together; whether it was done or refused."""
    begin = Barrier(len(acts))

    def alone(act: Callable[[], Any]) -> bool:
        try:
            begin.wait()
            return act() is not False
        except ValidationError:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(alone, acts))


def fresh(made: Partnership) -> Partnership:
    return Partnership.objects.for_list().get(pk=made.pk)


def test_places_are_given_once(village_school: School, vera: Teacher) -> None:
    need = make_need(village_school, load_limit=2)
    proposals = [fresh(make_partnership(need, make_school())) for _ in range(AT_ONCE)]
    done = at_once([lambda made=made: agree_partnership(made, by=vera) for made in proposals])
    need.refresh_from_db()
    assert (sum(done), need.taken, need.state) == (2, 2, "met")
    assert Partnership.objects.filter(state="agreed").count() == Activity.objects.filter(verb="agreed-partnership").count() == 2
    assert need.steps.filter(act="met").count() == 1


def test_one_school_pressing_many_times_proposes_once(village_school: School, lyceum: School, boris: Teacher) -> None:
    need = make_need(village_school)
    at_once([lambda: propose_partnership(Need.objects.for_list().get(), lyceum, by=boris)] * AT_ONCE)
    assert (Partnership.objects.count(), PartnershipStep.objects.count(), Activity.objects.count()) == (1, 1, 1)
    assert need.partnerships.get().school == lyceum


def test_one_need_is_published_once(village_school: School, vera: Teacher) -> None:
    values = {"direction": "support", "subject": None, "education_level": None, "format": "online", "starts_on": None, "ends_on": None, "load_limit": 1}
    at_once([lambda: open_need(School.objects.get(pk=village_school.pk), by=vera, kind="request", title="Нужен физик", text="", **values)] * AT_ONCE)
    assert (Need.objects.count(), NeedStep.objects.count(), Activity.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("attempt", range(4))
def test_withdrawing_and_accepting_exclude_each_other(attempt: int, village_school: School, lyceum: School, vera: Teacher, boris: Teacher) -> None:
    need = make_need(village_school, "offer", load_limit=3)
    made = make_partnership(need, lyceum)
    withdrawn, agreed = at_once([lambda: withdraw_need(Need.objects.get(), by=vera), lambda: agree_partnership(fresh(made), by=vera)])
    need.refresh_from_db()
    made.refresh_from_db()
    assert withdrawn
    assert (need.state, need.taken, made.state) == ("withdrawn", int(agreed), "agreed" if agreed else "withdrawn")


@pytest.mark.parametrize("attempt", range(3))
def test_a_proposal_is_decided_once(attempt: int, village_school: School, lyceum: School, vera: Teacher, boris: Teacher) -> None:
    need = make_need(village_school)
    made = make_partnership(need, lyceum)
    acts = [
        lambda: agree_partnership(fresh(made), by=vera),
        lambda: decline_partnership(fresh(made), by=vera, reason="Нет часов."),
        lambda: break_off_partnership(fresh(made), by=boris, by_owner=False, reason="Передумали."),
    ]
    done = at_once(acts)
    made.refresh_from_db()
    need.refresh_from_db()
    agreed, declined, broken = done
    # Breaking off may also come after the agreement; then the place is free again.
    assert (agreed, declined) != (True, True)
    assert (declined, broken) != (True, True)
    assert made.state == ("withdrawn" if broken else "agreed" if agreed else "declined")
    assert need.taken == int(made.state == "agreed")
    assert need.state == ("met" if need.taken else "open")


def test_an_outcome_is_reported_once(village_school: School, lyceum: School, vera: Teacher) -> None:
    made = make_partnership(make_need(village_school), lyceum, "running", since=timezone.now())
    report = {"by": vera, "by_owner": True, "outcome": "reached", "report": "Провели."}
    done = at_once([lambda: finish_partnership(fresh(made), **report)] * AT_ONCE)
    assert (sum(done), Activity.objects.filter(verb="finished-partnership").count(), made.steps.filter(act="finished").count()) == (1, 1, 1)
