"""Who fits a school or a community today: gathers from the database what `matching` compares."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from communities.geography import place_of
from communities.match_words import ReasonInWords, in_words
from communities.matching import Keyed, Match, Pool, Side, Wish, best_partners
from communities.models import Community, Need, Partnership, School, SchoolFact
from communities.models.need import NeedFormat, NeedKind, key_of
from communities.models.partnership import AT_WORK, LIVE
from communities.models.passport import Fact

Owner = School | Community
COLUMNS = ("pk", "school_id", "community_id", "kind", "direction", "subject_id", "education_level_id", "format")
# Fewer lessons prove nothing (see `matching.FULLY_PROVEN`) and need not be fetched.
LESSONS_THAT_PROVE = 3


@dataclass
class Partner:
    """A side that fits, with the needs that meet and the reasons in words."""

    side: Owner
    score: int
    reasons: list[ReasonInWords]
    # Needs of the side: what it offers to us, what it asks of us.
    offer: Need | None = None
    request: Need | None = None
    own_needs: list[Need] = field(default_factory=list)
    # What stands between the two already on one of these needs: proposed, agreed or running.
    partnership: Partnership | None = None

    @property
    def needs(self) -> list[Need]:
        """All that meet here, of both sides."""
        return [*self.own_needs, *filter(None, [self.offer, self.request])]


def partners_of(owner: Owner, count: int, *, answering: Need | None = None) -> list[Partner]:
    """The `count` best partners of `owner`, with words; only by `answering`, one need of it, when given. Eight queries, whatever the region's size."""
    needs = Need.objects.open_now().owned(owner)
    rows = list((needs.filter(pk=answering.pk) if answering is not None else needs).values_list(*COLUMNS))
    if not rows:
        return []
    own, pool = gather(owner, rows)
    return _with_partnerships(owner, _with_words(best_partners(own, pool, count)))


def gather(owner: Owner, rows: list[tuple]) -> tuple[Side, Pool]:
    """The owner with its needs (`rows` of COLUMNS), and every school with its place, load and proof: three queries.

    Needs of others are fetched by bucket; communities become sides when a need of theirs is fetched.
    """
    load = _load()
    lessons = _lessons({row[COLUMNS.index("subject_id")] for row in rows} - {None})
    sides = {
        pk: Side(pk, (), place_of(latitude, longitude), load.get(pk, 0))
        for pk, latitude, longitude in School.objects.open().order_by().values_list("pk", "latitude", "longitude")
    }
    key = key_of(owner)
    place = place_of(owner.latitude, owner.longitude) if isinstance(owner, School) else None
    own = Side(key, [wish for _key, wish in _wishes(rows, lessons)], place, load.get(key, 0))
    needs = Need.objects.open_now().order_by()

    def fetched(wanted: Q) -> Keyed:
        found = _wishes(needs.filter(wanted).values_list(*COLUMNS), lessons)
        for other, _wish in found:
            if other < 0 and other not in sides:
                sides[other] = Side(other, (), None, load.get(other, 0))
        return found

    def wide(kinds: Collection[tuple[bool, str]], keys: Collection[int]) -> Keyed:
        """Communities always, since nobody knows how many there are; schools by name, unless it is most of them."""
        few = len(keys) < len(sides) // 2
        return fetched(_any_of(kinds) & (Q(school__in=keys) | Q(community__isnull=False)) if few else _any_of(kinds))

    return own, Pool(sides, lambda buckets: fetched(_any_of(buckets)), wide)


def _load() -> dict[int, int]:
    """How many partnerships each side carries now."""
    load: dict[int, int] = {}
    carried = Partnership.objects.filter(state__in=AT_WORK).order_by()
    for school, community, school_2, community_2 in carried.values_list("need__school_id", "need__community_id", "school_id", "community_id"):
        for key in (school or -community, school_2 or -community_2):
            load[key] = load.get(key, 0) + 1
    return load


def _any_of(buckets: Collection[tuple]) -> Q:
    """Needs of these buckets, direction by direction: `(asks, direction)` or `(asks, direction, subject)`."""
    grouped: dict[tuple[bool, str], list[int]] = {}
    for asks, direction, *subject in buckets:
        grouped.setdefault((asks, direction), []).extend(subject)
    wanted = Q(pk__in=())
    for (asks, direction), subjects in sorted(grouped.items()):
        of_kind = Q(kind=NeedKind.REQUEST if asks else NeedKind.OFFER, direction=direction)
        wanted |= of_kind & Q(subject__in=subjects) if subjects else of_kind
    return wanted


def _lessons(subjects: Collection[int]) -> dict[int, dict[int, int]]:
    """School → subject → lessons elsewhere with its materials."""
    found: dict[int, dict[int, int]] = {}
    rows = SchoolFact.objects.filter(subject__in=subjects, fact=Fact.LENT, value__gte=LESSONS_THAT_PROVE).order_by()
    for school, subject, value in rows.values_list("school_id", "subject_id", "value"):
        found.setdefault(school, {})[subject] = value
    return found


def _wishes(rows: Iterable[tuple], lessons: dict[int, dict[int, int]]) -> list[tuple[int, Wish]]:
    """Rows of COLUMNS as wishes, each with the key of its owner."""
    found = []
    for pk, school, community, kind, direction, subject, level, form in rows:
        key = school or -community
        proof = lessons[key].get(subject, 0) if kind == NeedKind.OFFER and key in lessons else 0
        found.append((key, Wish(pk, kind == NeedKind.REQUEST, direction, subject, level, form != NeedFormat.ONSITE, proof)))
    return found


def _with_words(matches: list[Match]) -> list[Partner]:
    """Names of sides, needs, subjects and levels: one query for all matches together. A need that is gone by now takes its match along."""
    numbers = {wish.number for match in matches for pair in (match.asked, match.offered) if pair for wish in pair}
    needs = Need.objects.for_list().in_bulk(numbers)
    subjects = {need.subject_id: str(need.subject) for need in needs.values() if need.subject}
    levels = {need.education_level_id: str(need.education_level) for need in needs.values() if need.education_level}
    partners = []
    for match in matches:
        pairs = [pair for pair in (match.asked, match.offered) if pair]
        if all(wish.number in needs for pair in pairs for wish in pair):
            offer, request = (needs[pair[1].number] if pair else None for pair in (match.asked, match.offered))
            reasons = in_words(match, subjects, levels)
            partners.append(Partner(needs[pairs[0][1].number].owner, match.score, reasons, offer, request, [needs[pair[0].number] for pair in pairs]))
    return partners


def _with_partnerships(owner: Owner, partners: list[Partner]) -> list[Partner]:
    """Who was asked or has agreed already is told from whom to ask now: one query for all."""
    needs = {need.pk for partner in partners for need in partner.needs}
    live = Partnership.objects.filter(need__in=needs, state__in=LIVE).select_related("need").order_by("pk")
    standing: dict[tuple[int, int], Partnership] = {}
    for row in live:
        standing[row.need_id, row.school_id or -row.community_id] = row
    here = key_of(owner)
    for partner in partners:
        there = key_of(partner.side)
        found = (standing.get((need.pk, here if key_of(need.owner) == there else there)) for need in partner.needs)
        partner.partnership = next(filter(None, found), None)
    return partners
