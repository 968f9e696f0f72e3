"""The unifying goal: new versions, corrected wording, members' endorsements (indicators.md, group 1)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.actions.notify import notify
from communities.levels import level_of_community
from communities.models import Community, GoalEndorsement, GoalVersion, Teacher
from foundation import activity


def set_goal(community: Community, text: str, *, by: Teacher, on: datetime.date | None = None) -> GoalVersion:
    """A goal of a new meaning: a new version that nobody has endorsed yet. The same text again changes nothing."""
    day = on or timezone.localdate()
    with transaction.atomic():
        Community.objects.select_for_update().get(pk=community.pk)
        current = community.goal_versions.first()
        if current is not None and current.text == text:
            return current
        version = GoalVersion.objects.create(community=community, text=text, since=day, set_by=by)
        _show_newest(community)
        activity.record("set-goal", by=by, target=community, community=community, level=level_of_community(community), on=day)
        if on is None:  # what is brought from the past is no news
            members = Teacher.objects.filter(pk__in=community.memberships.current().values("teacher"))
            notify("goal", to=members, about=community, by=by, community=community, key=str(version.pk))
    return version


def correct_goal(version: GoalVersion, text: str, *, by: Teacher) -> GoalVersion:
    """Better words for the same meaning; endorsements stay. Raises `ValidationError` when a newer version has come."""
    with transaction.atomic():
        community = Community.objects.select_for_update().get(pk=version.community_id)
        if community.goal_versions.first() != version:
            raise ValidationError(_("The goal has been changed meanwhile. Read the new one first."), code="stale")
        version.text = text
        version.save(update_fields=["text"])
        _show_newest(community)
        write_audit("correct-goal", by=by, target=community, version=version.pk)
    return version


def endorse_goal(version: GoalVersion, *, by: Teacher, on: datetime.date | None = None) -> GoalEndorsement:
    """`by` stands behind this version: the words they have read. A second endorsement is the first one."""
    day = on or timezone.localdate()
    try:
        with transaction.atomic():
            endorsement = GoalEndorsement.objects.create(version=version, teacher=by, endorsed_on=day)
            community = version.community
            activity.record("endorsed-goal", by=by, target=community, community=community, level=level_of_community(community), on=day)
    except IntegrityError:
        return GoalEndorsement.objects.get(version=version, teacher=by)
    return endorsement


def withdraw_endorsement(version: GoalVersion, *, by: Teacher) -> None:
    """Take one's own endorsement back: the ledger gets a compensating row of the endorsement's day. Without one, nothing happens."""
    with transaction.atomic():
        endorsement = GoalEndorsement.objects.select_for_update().filter(version=version, teacher=by).first()
        if endorsement is None:
            return
        day = endorsement.endorsed_on
        endorsement.delete()
        community = version.community
        activity.record("endorsed-goal", by=by, target=community, community=community, level=level_of_community(community), on=day, delta=-1)


def _show_newest(community: Community) -> None:
    """The community's own copy of the goal is the newest version's text, also when an older one was brought in later."""
    newest = community.goal_versions.first()
    community.goal = newest.text if newest is not None else community.goal
    community.save(update_fields=["goal"])
