"""Founding a community, editing its passport, making it formal."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.actions.membership import open_membership
from communities.levels import derive_level
from communities.models import Community, CommunityForm, GoalVersion, Teacher
from communities.models.membership import MemberRole
from communities.slugs import free_slug
from foundation import activity

# Addresses under /communities/ that are pages of their own.
RESERVED_SLUGS = {"new"}
INFORMAL = "informal"


def found_community(*, by: Teacher, name: str, goal: str, on: datetime.date | None = None, **fields: Any) -> Community:
    """An informal community with its first goal; `by` becomes its leader. `on` is the day (today by default).

    `fields`: kind, subject or problem_area, is_open, space, information, time, energy, looking_for.
    Raises `ValidationError` when another community has the name.
    """
    day = on or timezone.localdate()
    with transaction.atomic():
        community = Community(
            name=name,
            goal=goal,
            slug=free_slug(name, among=Community.objects.all(), reserved=RESERVED_SLUGS, fallback="community"),
            form=CommunityForm.objects.filter(code=INFORMAL).first(),
            founded_on=day,
            founded_by=by,
            **fields,
        )
        _save_named(community)
        GoalVersion.objects.create(community=community, text=goal, since=day, set_by=by)
        open_membership(community, by, self_joined=True, role=MemberRole.LEADER, on=day)
        activity.record("founded", by=by, target=community, community=community, level=derive_level([by.school]), on=day)
    return community


def edit_community(community: Community, *, by: Teacher, **fields: Any) -> Community:
    """New name, area, rule of joining or passport sentences; the address stays. Raises `ValidationError` on a taken name."""
    with transaction.atomic():
        for field, value in fields.items():
            setattr(community, field, value)
        _save_named(community, update_fields=[*fields, "folded_name"])
        write_audit("edit-community", by=by, target=community, fields=sorted(fields))
    return community


def make_formal(community: Community, *, by: Teacher, form: CommunityForm) -> Community:
    """A methodist recognises the community as formal, in the given form. The informal form makes it informal again."""
    with transaction.atomic():
        community.form, community.is_formal = form, form.code != INFORMAL
        community.save(update_fields=["form", "is_formal"])
        write_audit("make-formal" if community.is_formal else "make-informal", by=by, target=community, form=form.code)
    return community


def _save_named(community: Community, update_fields: list[str] | None = None) -> None:
    """The constraint decides who has a name; the loser is told so."""
    try:
        with transaction.atomic():
            community.save(update_fields=update_fields)
    except IntegrityError as error:
        if Community.objects.exclude(pk=community.pk).filter(name=community.name).exists():
            raise ValidationError({"name": _("Another community has this name already.")}) from error
        if Community.objects.exclude(pk=community.pk).filter(slug=community.slug).exists():
            raise ValidationError({"name": _("A community with a very similar name was founded just now. Please save once more.")}) from error
        raise
