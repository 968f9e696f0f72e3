"""What has happened to a material, as steps for the panel «Review»."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.templatetags.portal import short_name
from resources.conflicts import Conflict, conflicts_of
from resources.models import Library, Material, Review
from resources.models.material import Preparation, Status
from resources.models.review import Decision

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

Step = dict[str, Any]


def review_steps(material: Material, reader: "Teacher | AnonymousUser | None" = None) -> list[Step]:
    """Steps `{"state", "title", "text"}` for `components/steps.html`: sent, each review, published or what comes next.

    Reviewers' names and their conflicts of interest are for confirmed teachers; comments are for the authors' own page and are not here.
    That a published material was returned once is between its authors and its reviewers: others see what it came to.
    One query, three for confirmed teachers once there are reviews and the authors are prefetched.
    """
    named = bool(reader is not None and reader.is_authenticated and reader.is_confirmed)
    reviews = list(material.reviews.filter(version__preparation=Preparation.READY).select_related("reviewer"))
    conflicts = conflicts_of(material, reviews) if named else {}
    shown = reviews
    if material.status == Status.PUBLISHED and not _inside(material, reader):
        shown = [review for review in reviews if review.decision == Decision.ACCEPTED]
    steps = [_sending(material)]
    steps += [_decision(review, named, conflicts.get(review.pk)) for review in shown]
    last = _next(material, accepted_since_submission(material, reviews))
    return [*steps, last] if last else steps


def _inside(material: Material, reader: "Teacher | AnonymousUser | None") -> bool:
    """Authors and methodists; no query where the authorships are prefetched."""
    if reader is None or not reader.is_authenticated:
        return False
    return reader.is_methodist or any(authorship.teacher_id == reader.pk for authorship in material.authorships.all())


def accepted_since_submission(material: Material, reviews: Iterable[Review]) -> int:
    """How many acceptances of these count for the present submission."""
    return sum(review.decision == Decision.ACCEPTED and material.submitted_at is not None and review.decided_at >= material.submitted_at for review in reviews)


def counted_reviews(accepted: int, needed: int) -> str:
    """«1 of 2 reviews», where a library asks for more than one."""
    return _("%(accepted)s of %(needed)s reviews") % {"accepted": accepted, "needed": needed} if needed > 1 else ""


def promised(due: datetime.date | None) -> str:
    """By when a review is promised, or that it is late."""
    if due is None:
        return ""
    words = _("promised by %(day)s, late") if due < timezone.localdate() else _("promised by %(day)s")
    return words % {"day": date_format(due, "DATE_FORMAT")}


def _step(state: str, title: str, text: str = "") -> Step:
    return {"state": state, "title": title, "text": text}


def _on(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


def _sending(material: Material) -> Step:
    if material.status == Status.DRAFT:
        return _step("now", _("The author sends it"), _("2–3 minutes"))
    return _step("done", _("Sent by the author"), _on(material.submitted_at))


def _decision(review: Review, named: bool, conflict: Conflict | None) -> Step:
    title = _("Review: %(name)s") % {"name": short_name(review.reviewer)} if named else _("A colleague's review")
    words = {Decision.ACCEPTED: _("recommended"), Decision.RETURNED: _("returned with comments"), Decision.REJECTED: _("rejected")}
    return _step("done", title, "; ".join([f"{words[Decision(review.decision)]}, {_on(review.decided_at)}", *(conflict.reasons if conflict else ())]))


def _next(material: Material, accepted: int) -> Step | None:
    if material.status == Status.PUBLISHED:
        return _step("done", _("Published"), date_format(material.published_on, "DATE_FORMAT") if material.published_on else "")
    if material.status == Status.REVIEW:
        parts = [counted_reviews(accepted, material.library.reviews_needed), who_reviews(material.library), promised(material.review_due_on)]
        return _step("now", _("A colleague reads it"), "; ".join(filter(None, parts)))
    if material.status == Status.RETURNED:
        return _step("now", _("The author makes changes"), _("and sends it again"))
    if material.status == Status.WITHDRAWN:
        return None
    return _step("", _("A colleague reads it"), who_reviews(material.library))


def who_reviews(library: Library) -> str:
    """Who decides on this library's materials, in a few words."""
    if library.school_id:
        return _("the school's coordinator, a curator or a methodist")
    return _("a methodist or a leader of the community") if library.community_id else _("a methodist or a curator of the library")
