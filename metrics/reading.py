"""The one door for whoever shows figures: what the indicators say of a scope on a day."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils import timezone

from communities.models import Community
from metrics.gathering import gather, with_ties
from metrics.indicators import compute, graph_figures
from metrics.indicators.inputs import Inputs
from metrics.indicators.profile import Profile
from metrics.indicators.profile import profile as profile_of
from metrics.indicators.report import warnings
from metrics.indicators.result import Reason, Result
from metrics.indicators.rules import dormant_since
from metrics.indicators.thresholds import Thresholds
from metrics.indicators.windows import SCHOOL_YEAR, Window, window_of
from metrics.scopes import Scope, scope_of
from metrics.settings import thresholds


@dataclass(frozen=True)
class Reading:
    """All indicators of one scope at one date; `inputs` is what they were computed from."""

    scope: Scope
    window: Window
    results: Mapping[str, Result]
    inputs: Inputs
    thresholds: Thresholds
    formula_version: str
    # Since when the community is silent; None for one that is not, and for wider scopes.
    dormant_since: datetime.date | None = None

    @property
    def profile(self) -> Profile:
        """The sixteen figures of Space, Information, Time and Energy."""
        return profile_of(self.inputs, self.results)

    @property
    def warnings(self) -> list[Reason]:
        """What is wrong with the data, without a change to any figure."""
        return warnings(self.inputs)


def read(scope: Scope, *, on: datetime.date | None = None, window: int | str = SCHOOL_YEAR) -> Reading:
    """Compute everything of the scope at that date (today by default). ValueError for a window that is none.

    Costs what the scope's rows up to the date cost; dashboards of today read the night's snapshots instead (`metrics.snapshots`).
    """
    days = window_of(on or timezone.localdate(), window)
    rules, version = thresholds()
    inputs = gather(scope, days)
    graph = graph_figures(with_ties(inputs, scope), rules)
    silent = dormant_since(inputs, rules) if scope.type == "community" else None
    results = compute(inputs, graph, rules, communities=communities_of(scope, days, rules) if scope.type != "community" else ())
    named = {name: replace(result, formula_version=version) for name, result in results.items()}
    return Reading(scope, days, named, inputs, rules, version, silent)


def communities_of(scope: Scope, window: Window, rules: Thresholds) -> list[Mapping[str, Result]]:
    """Results of the communities of a wider scope that are not dormant: those with a member who belongs to it."""
    found = Community.objects.filter(founded_on__lte=window.end).exclude(closed_on__lte=window.end).order_by("pk")
    if scope.school:
        found = found.filter(memberships__teacher__school=scope.school).distinct()
    elif scope.municipality:
        found = found.filter(memberships__teacher__school__municipality=scope.municipality).distinct()
    results: list[Mapping[str, Result]] = []
    for community in found:
        one = scope_of(community)
        inputs = gather(one, window)
        if dormant_since(inputs, rules) is None:
            results.append(compute(inputs, graph_figures(inputs, rules), rules))
    return results
