"""Filling the school's passport."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from communities.actions.audit import write_audit
from communities.actions.school import set_peculiarities
from communities.models import Questionnaire, School, SchoolPeculiarity, Teacher
from communities.models.school import Peculiarity
from communities.questionnaire import Answer, Known, State, conclude


def fill_questionnaire(school: School, peculiarity: Peculiarity, answers: Mapping[str, Answer], facts: Iterable[Known], *, by: Teacher) -> State:
    """Keep the answers with their day and person; the school has the peculiarity from today on if the conclusion says so, or no longer.

    `facts` are those of the conclusion. The same answers again by the same person are the first ones.
    """
    state = conclude(peculiarity, answers, facts).state
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        newest = Questionnaire.objects.filter(school=school, peculiarity=peculiarity).first()
        if newest is None or (newest.answers, newest.filled_by_id) != (dict(answers), by.pk):
            newest = Questionnaire.objects.create(school=school, peculiarity=peculiarity, answers=dict(answers), filled_by=by)
            write_audit("fill-questionnaire", by=by, target=school, peculiarity=peculiarity.value, state=state.value)
        has = set(SchoolPeculiarity.objects.filter(school=school, ended_on=None).values_list("peculiarity", flat=True))
        wanted = has | {peculiarity.value} if state in (State.EXPRESSED, State.PARTLY) else has - {peculiarity.value}
        if wanted != has:
            set_peculiarities(school, wanted, by=by)
    return state
