"""What waits in the exchange for those who speak for a school or a community: parts of the room's one query (see `waiting`)."""

import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Need, Partnership, School, Teacher
from communities.models.need import NeedKind
from communities.models.partnership import AT_WORK, PartnershipState
from communities.models.school import Peculiarity
from communities.waiting_columns import Task, columns_of
from foundation.counting import CountOf

# So many of each kind are shown at once; a partnership wants its outcome when its need's days are over, or after so many days.
MOST = 5
# Requests are counted up to so many: a coordinator needs no larger number, and the database stops there.
MANY = 20
REPORT_AFTER_DAYS = 60


def queries_of(teacher: Teacher) -> list[QuerySet]:
    """Proposals to answer, outcomes to report, needs to answer, passports to fill. Empty for those who speak for nobody."""
    schools = teacher.employments.current().filter(is_coordinator=True).values("school_id")
    communities = teacher.memberships.filter(left_on=None, role="leader").values("community_id")
    of_owner = Q(need__school__in=schools) | Q(need__community__in=communities)
    of_side = Q(school__in=schools) | Q(community__in=communities)
    return [_proposals(of_owner, of_side), _reports(of_owner, of_side), *_of_schools(schools)]


OWNER, SIDE = Coalesce("need__school__short_name", "need__community__name"), Coalesce("school__short_name", "community__name")


def _proposals(of_owner: Q, of_side: Q) -> QuerySet:
    asked = Q(proposed_by_owner=False) & of_owner | Q(proposed_by_owner=True) & of_side
    waiting = Partnership.objects.filter(asked, state=PartnershipState.PROPOSED)
    other = Case(When(proposed_by_owner=True, then=OWNER), default=SIDE)
    return columns_of(waiting, "proposal", address=F("pk"), called=F("need__title"), words=other, number=F("pk"), place=F("pk"))


def _reports(of_owner: Q, of_side: Q) -> QuerySet:
    long_ago = timezone.now() - datetime.timedelta(days=REPORT_AFTER_DAYS)
    late = Q(need__ends_on__lt=timezone.localdate()) | Q(since__lt=long_ago)
    waiting = Partnership.objects.filter(late, of_owner | of_side, state__in=AT_WORK)
    other = Case(When(of_owner, then=SIDE), default=OWNER)
    return columns_of(waiting, "outcome", address=F("pk"), called=F("need__title"), words=other, number=F("pk"), place=F("pk"))


def _of_schools(schools: QuerySet) -> list[QuerySet]:
    """Of each school: requests that its offers meet and that it has not answered, and a passport with questions left."""
    own = School.objects.open().filter(pk__in=schools)
    offers = Need.objects.open_now().filter(school=OuterRef(OuterRef("pk")), kind=NeedKind.OFFER)
    # As in `matching`: the direction is the same, and subjects do not differ where both are said.
    offered = offers.filter(direction=OuterRef("direction"))
    met = Exists(offered.filter(Q(subject=OuterRef("subject")) | Q(subject=None))) | Q(subject=None) & Exists(offered)
    answered = Exists(Partnership.objects.filter(school=OuterRef(OuterRef("pk")), need=OuterRef("pk")))
    requests = Need.objects.open_now().filter(met, ~answered, kind=NeedKind.REQUEST).exclude(school=OuterRef("pk")).order_by()
    asked = own.annotate(met=CountOf(requests.values("pk")[:MANY])).filter(met__gt=0)
    unfilled = own.annotate(filled=Count("questionnaires__peculiarity", distinct=True)).filter(filled__lt=len(Peculiarity))
    return [
        columns_of(asked, "answer", address=F("pk"), called=F("short_name"), words=Value(""), number=F("met"), place=F("pk")),
        columns_of(unfilled, "passport", address=F("slug"), called=F("short_name"), words=Value(""), number=F("pk"), place=F("pk")),
    ]


def _proposal_task(address: str, called: str, words: str, number: int) -> Task:
    return Task(called, reverse("partnership", args=[address]), _("Answer the proposal"), "swap", words, rank=12)


def _outcome_task(address: str, called: str, words: str, number: int) -> Task:
    return Task(called, reverse("partnership", args=[address]), _("Report the outcome"), "check", words, rank=45)


def _answer_task(address: str, called: str, words: str, number: int) -> Task:
    if number >= MANY:
        return Task(
            _("Many requests are met by what you offer"), f"{reverse('exchange_partners')}?side=school:{address}", _("Answer a need"), "swap", called, rank=35
        )
    title = ngettext("%(count)d request is met by what you offer", "%(count)d requests are met by what you offer", number) % {"count": number}
    return Task(title, f"{reverse('exchange_partners')}?side=school:{address}", _("Answer a need"), "swap", called, rank=35)


def _passport_task(address: str, called: str, words: str, number: int) -> Task:
    return Task(_("Passport of the school"), reverse("school_passport", args=[address]), _("Fill in the passport"), "school", called, rank=65)


MAKERS: dict[str, Any] = {"proposal": _proposal_task, "outcome": _outcome_task, "answer": _answer_task, "passport": _passport_task}
