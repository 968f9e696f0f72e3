"""What has happened to a material, as steps for the panel «Review»."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.templatetags.portal import short_name
from resources.models import Material, Review
from resources.models.material import Status
from resources.models.review import Decision

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

Step = dict[str, Any]


def review_steps(material: Material, reader: "Teacher | AnonymousUser | None" = None) -> list[Step]:
    """Steps `{"state", "title", "text"}` for `components/steps.html`: sent, each review, published or what comes next.

    Reviewers' names are for confirmed teachers; comments are for the authors' own page and are not here. That a published material was
    returned once is between its authors and its reviewers: others see what it came to. One query.
    """
    named = bool(reader is not None and reader.is_authenticated and reader.is_confirmed)
    steps = [_sending(material)]
    reviews = list(material.reviews.select_related("reviewer"))
    if material.status == Status.PUBLISHED and not _inside(material, reader):
        reviews = [review for review in reviews if review.decision == Decision.ACCEPTED]
    steps += [_decision(review, named) for review in reviews]
    last = _next(material)
    return [*steps, last] if last else steps


def _inside(material: Material, reader: "Teacher | AnonymousUser | None") -> bool:
    """Authors and methodists; no query where the authorships are prefetched."""
    if reader is None or not reader.is_authenticated:
        return False
    return reader.is_methodist or any(authorship.teacher_id == reader.pk for authorship in material.authorships.all())


def _step(state: str, title: str, text: str = "") -> Step:
    return {"state": state, "title": title, "text": text}


def _on(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


def _sending(material: Material) -> Step:
    if material.status == Status.DRAFT:
        return _step("now", _("The author sends it"), _("2–3 minutes"))
    return _step("done", _("Sent by the author"), _on(material.submitted_at))


def _decision(review: Review, named: bool) -> Step:
    title = _("Review: %(name)s") % {"name": short_name(review.reviewer)} if named else _("A colleague's review")
    words = {Decision.ACCEPTED: _("recommended"), Decision.RETURNED: _("returned with comments"), Decision.REJECTED: _("rejected")}
    return _step("done", title, f"{words[Decision(review.decision)]}, {_on(review.decided_at)}")


def _next(material: Material) -> Step | None:
    if material.status == Status.PUBLISHED:
        return _step("done", _("Published"), date_format(material.published_on, "DATE_FORMAT") if material.published_on else "")
    if material.status == Status.REVIEW:
        return _step("now", _("A colleague reads it"), _("a methodist or a leader of the community"))
    if material.status == Status.RETURNED:
        return _step("now", _("The author makes changes"), _("and sends it again"))
    if material.status == Status.WITHDRAWN:
        return None
    return _step("", _("A colleague reads it"), _("a methodist or a leader of the community"))
