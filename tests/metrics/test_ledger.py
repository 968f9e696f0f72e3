"""The ledger: one row per act, in the act's transaction, frozen and append-only."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.models import Community, School, Teacher
from foundation.activity import Act, InteractionLevel, Kind, record, record_many
from metrics.models import Activity
from metrics.verbs import VERBS

pytestmark = pytest.mark.django_db


def act(anna: Teacher, community: Community, **extra: Any) -> None:
    with transaction.atomic():
        record("published", by=anna, target=community, community=community, **extra)


def test_an_act_becomes_a_row_with_the_school_of_that_moment(anna: Teacher, community: Community, village_school: School, lyceum: School) -> None:
    act(anna, community, level=InteractionLevel.INTER_SCHOOL)
    Teacher.objects.filter(pk=anna.pk).update(school=lyceum)
    row = Activity.objects.get()
    assert (row.actor, row.school, row.municipality, row.level) == (anna, village_school, village_school.municipality, "inter-school")
    assert (row.kind, row.occurred_on, row.delta, row.target) == (Kind.MATERIAL, timezone.localdate(), 1, community)


def test_an_imported_act_keeps_its_own_day(anna: Teacher, community: Community) -> None:
    act(anna, community, on=datetime.date(2024, 9, 2))
    assert Activity.objects.get().occurred_on == datetime.date(2024, 9, 2)


def test_an_act_that_is_rolled_back_was_never_counted(anna: Teacher, community: Community) -> None:
    with transaction.atomic():
        record("published", by=anna, target=community)
        assert Activity.objects.exists()
        transaction.set_rollback(True)
    assert not Activity.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_act_outside_a_transaction_is_refused(anna: Teacher, community: Community) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record("published", by=anna, target=community)
    assert not Activity.objects.exists()


def test_an_unknown_verb_is_refused(anna: Teacher, community: Community) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        record("dreamt", by=anna, target=community)


def test_the_ledger_is_append_only(anna: Teacher, community: Community) -> None:
    act(anna, community)
    row = Activity.objects.get()
    for change in (row.save, row.delete, Activity.objects.all().delete, lambda: Activity.objects.update(delta=-1)):
        with pytest.raises(ValidationError):
            change()
    act(anna, community, delta=-1)
    assert sorted(Activity.objects.values_list("delta", flat=True)) == [-1, 1]


def test_every_kind_of_a_verb_is_of_the_closed_list() -> None:
    assert {verb.kind for verb in VERBS.values()} <= {*Kind, None}


def test_many_acts_at_once_make_the_same_rows_as_one_by_one(anna: Teacher, boris: Teacher, community: Community) -> None:
    day = datetime.date(2025, 10, 3)
    acts = [
        Act("published", by=anna, target=community, community=community, level=InteractionLevel.INTER_SCHOOL, on=day),
        Act("reused", by=boris, target=community, kind=Kind.WEBINAR, on=day),
        Act("published", by=anna, target=community, on=day, delta=-1),
    ]
    fields = ("actor", "verb", "kind", "level", "community", "school", "municipality", "content_type", "object_id", "occurred_on", "delta")
    with transaction.atomic():
        for entry in acts:
            record(entry.verb, by=entry.by, target=entry.target, community=entry.community, level=entry.level, kind=entry.kind, on=entry.on, delta=entry.delta)
    single = list(Activity.objects.values_list(*fields))
    with transaction.atomic():
        record_many(acts)
    assert list(Activity.objects.values_list(*fields))[3:] == single
    with pytest.raises(KeyError), transaction.atomic():
        record_many([Act("dreamt", by=anna, target=community, on=day)])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_acts_outside_a_transaction_are_refused(anna: Teacher, community: Community) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record_many([Act("published", by=anna, target=community, on=datetime.date(2025, 10, 3))])
    assert not Activity.objects.exists()
