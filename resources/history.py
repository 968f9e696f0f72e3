"""What has happened to a material, as steps for the panel «Review»."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.templatetags.portal import short_name
from resources.conflicts import Conflict, conflict_in, with_conflicts
from resources.forms.review import CRITERIA
from resources.models import Library, Material, Review
from resources.models.material import Preparation, Status
from resources.models.review import Criterion, Decision, Mark

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from communities.models import Teacher

    Reader = Teacher | AnonymousUser

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review with its sheet (criterion → mark) and what reviewer and authors shared on its day."""

    review: Review
    version: int
    conflict: Conflict
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def sheet(self) -> dict[str, Any]:
        """The sheet in words: how many are marked and met, what is met partly, what is not."""
        return sheet_in_words(self.marks)


def reviews_of(material: Material) -> list[Reviewed]:
    """Reviews of what readers get or may get again, oldest first; those of a version in preparation are not history yet.

    One query for any number of them: a row for each mark, put together here.
    """
    return _reviewed(material.reviews.filter(version__preparation=Preparation.READY))


def every_review(material: Material) -> list[Reviewed]:
    """Those of versions in preparation, too, for the pages of authors and reviewers. One query."""
    return _reviewed(material.reviews.all())


def of_ready_versions(material: Material, reviews: Iterable[Reviewed]) -> list[Reviewed]:
    """What `reviews_of` says, out of `every_review`. One query for the versions, none where they were fetched with the material."""
    ready = {version.pk for version in material.versions.all() if version.preparation == Preparation.READY}
    return [one for one in reviews if one.review.version_id in ready]


def with_words(reviews: Iterable[Reviewed]) -> list[dict[str, Any]]:
    """Those that say something, as `materials/_comment.html` shows them."""
    return [{"review": one.review, **one.sheet} for one in reviews if one.review.comment or one.marks]


def _reviewed(reviews: "QuerySet[Review]") -> list[Reviewed]:
    rows = with_conflicts(reviews.select_related("reviewer")).annotate(number=F("version__number"), criterion=F("marks__criterion"), mark=F("marks__mark"))
    found: dict[int, Reviewed] = {}
    for row in rows:
        one = found.setdefault(row.pk, Reviewed(row, row.number, conflict_in(row)))
        if row.criterion:
            one.marks[row.criterion] = row.mark
    return list(found.values())


def sheet_in_words(marks: dict[str, str]) -> dict[str, Any]:
    """What is met (in number), what partly, what not."""
    labels = {mark: [str(CRITERIA[criterion][0]) for criterion in Criterion if marks.get(criterion) == mark] for mark in Mark}
    return {"marked": len(marks), "met": len(labels[Mark.YES]), "partly": labels[Mark.PARTLY], "unmet": labels[Mark.NO]}


def review_steps(material: Material, reader: "Reader | None" = None, reviews: list[Reviewed] | None = None) -> list[Step]:
    """Steps `{"state", "title", "text", "earlier"}` for `components/steps.html`: sent, each review, published or what comes next.

    `earlier` marks reviews of older versions, which a page folds away. Reviewers' names and their conflicts of interest are for confirmed
    teachers; comments are for the authors' own page and are not here. That a published material was returned once is between its authors
    and its reviewers: others see what it came to. One query, none when `reviews_of(material)` is given.
    """
    named = bool(reader is not None and reader.is_authenticated and reader.is_confirmed)
    reviews = reviews_of(material) if reviews is None else reviews
    shown = reviews
    if material.status == Status.PUBLISHED and not _inside(material, reader):
        shown = [one for one in reviews if one.review.decision == Decision.ACCEPTED]
    newest = max((one.version for one in shown), default=0)
    steps = [{**_decision(one, named), "earlier": one.version < newest} for one in shown]
    last = _next(material, accepted_since_submission(material, [one.review for one in reviews]))
    before = _before_a_new_version(material, shown)
    if before and last:
        # One that still waits is no history: its authors and reviewers read of it elsewhere on the page.
        sent = [_step("done", _("A new version is sent by the author"), _on(material.submitted_at))]
        return [*steps[:before], last, *(sent if steps[before:] else []), *steps[before:]]
    return [_sending(material), *steps, *([last] if last else [])]


def _before_a_new_version(material: Material, shown: list[Reviewed]) -> int:
    """How many of the reviews, oldest first, came before a new version of a published material was sent; 0 when none was."""
    if material.status != Status.PUBLISHED or material.submitted_at is None:
        return 0
    before = [one.review.decision for one in shown if one.review.decided_at < material.submitted_at]
    return len(before) if Decision.ACCEPTED in before else 0


def _inside(material: Material, reader: "Reader | None") -> bool:
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


def _decision(one: Reviewed, named: bool) -> Step:
    review = one.review
    title = _("Review: %(name)s") % {"name": short_name(review.reviewer)} if named else _("A colleague's review")
    words = {Decision.ACCEPTED: _("recommended"), Decision.RETURNED: _("returned with comments"), Decision.REJECTED: _("rejected")}
    said = [f"{words[Decision(review.decision)]}, {_on(review.decided_at)}", *_sheet_line(one.sheet), *(one.conflict.reasons if named else ())]
    return _step("done", title, "; ".join(said))


def _sheet_line(sheet: dict[str, Any]) -> list[str]:
    if not sheet["marked"]:
        return []
    parts = [_("%(met)s of %(all)s criteria met") % {"met": sheet["met"], "all": sheet["marked"]}]
    parts += [_("partly: %(names)s") % {"names": ", ".join(sheet["partly"])}] if sheet["partly"] else []
    return parts + ([_("not met: %(names)s") % {"names": ", ".join(sheet["unmet"])}] if sheet["unmet"] else [])


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
