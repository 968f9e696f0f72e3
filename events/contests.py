"""Scores of a contest: totals, awards, how far jurors agree, what a teacher learns by criterion. Reads only."""

from collections import defaultdict
from decimal import Decimal
from itertools import combinations
from statistics import fmean
from typing import Any

from events.models import Contest, Event, Score
from events.models.contest import Award

# Fewer works than this of one teacher against all would tell of a child.
FEWEST_SHOWN = 5


def totals_of(event: Event) -> dict[int, Decimal]:
    """result → the mean over its jurors of their points, to a tenth. One query."""
    return {result: _mean(list(jurors.values())) for result, jurors in points_of(event).items()}


def points_of(event: Event) -> dict[int, dict[int, Decimal]]:
    """result → juror → the sum of their points."""
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for result, juror, points in Score.objects.filter(result__event=event).order_by().values_list("result_id", "juror_id", "points"):
        found[result][juror] += points
    return {result: dict(jurors) for result, jurors in found.items()}


def _mean(values: list[Decimal]) -> Decimal:
    return (sum(values, Decimal()) / len(values)).quantize(Decimal("0.1"))


def award_of(score: Decimal, contest: Contest) -> str:
    """Winner and prize from their scores on; everybody else took part."""
    if contest.winner_from is not None and score >= contest.winner_from:
        return Award.WINNER
    if contest.prize_from is not None and score >= contest.prize_from:
        return Award.PRIZE
    return Award.PARTICIPANT


def agreement_of(event: Event) -> float | None:
    """By how many points two jurors of the same work differ on average; None while no work has two."""
    differences = [float(abs(a - b)) for jurors in points_of(event).values() for a, b in combinations(jurors.values(), 2)]
    return fmean(differences) if differences else None


def places_of(scores: list[Decimal | None]) -> list[str]:
    """«1», «2–3» for equal scores, of scores in falling order; empty where there is none."""
    places: dict[Decimal, list[int]] = defaultdict(list)
    for number, score in enumerate(scores, 1):
        if score is not None:
            places[score].append(number)
    words = {score: str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}" for score, found in places.items()}
    return [words[score] if score is not None else "" for score in scores]


def by_criterion(event: Event, teacher_id: int) -> list[dict[str, Any]]:
    """For each criterion the mean share of the points of one's own works beside that of all; nothing below five works of all. One query."""
    rows = Score.objects.filter(result__event=event).order_by("criterion__order", "criterion_id")
    shares: dict[tuple[int, str], dict[str, list[float]]] = defaultdict(lambda: {"own": [], "all": []})
    works = set()
    for criterion, title, most, points, result, coach in rows.values_list(
        "criterion_id", "criterion__title", "criterion__most", "points", "result_id", "result__teacher_id"
    ):
        works.add(result)
        share = float(points / most)
        shares[criterion, title]["all"].append(share)
        if coach == teacher_id:
            shares[criterion, title]["own"].append(share)
    if len(works) < FEWEST_SHOWN:
        return []
    return [
        {"title": title, "own": round(100 * fmean(found["own"])), "all": round(100 * fmean(found["all"]))}
        for (_criterion, title), found in shares.items()
        if found["own"]
    ]
