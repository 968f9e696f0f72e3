"""What administrators have set: thresholds, and which days are holidays where."""

import datetime
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from django.db.models import Q

from metrics.indicators.calendar import SchoolCalendar, default_holidays
from metrics.indicators.result import FORMULA_VERSION
from metrics.indicators.thresholds import DEFAULTS, Thresholds
from metrics.models import Holiday, ThresholdChange
from metrics.scopes import Scope

NAMES = {field.name: field.type for field in fields(Thresholds)}


def thresholds() -> tuple[Thresholds, str]:
    """Today's thresholds and the version of the formulas: «1», and «1.3» after three changes. One query."""
    values: dict[str, Any] = {}
    number = 0
    for name, value in ThresholdChange.objects.order_by("id").values_list("name", "value"):
        number += 1
        if name in NAMES:
            values[name] = round(value) if isinstance(getattr(DEFAULTS, name), int) else value
    return replace(DEFAULTS, **values), f"{FORMULA_VERSION}.{number}" if number else FORMULA_VERSION


def calendar_of(scope: Scope, first_year: int, last_year: int) -> SchoolCalendar:
    """Holidays of the network with those of the scope's municipality and school. Years for which the table says nothing have the defaults. One query."""
    municipality = scope.municipality
    where = Q(municipality=None, school=None)
    if municipality is not None:
        where |= Q(municipality=municipality)
    if scope.school is not None:
        where |= Q(school=scope.school)
    told = list(Holiday.objects.filter(where).values_list("first_day", "last_day", "municipality_id", "school_id"))
    return SchoolCalendar.of([(first, last) for first, last, _place, _school in told] + _defaults(told, first_year, last_year))


def _defaults(told: Iterable[tuple], first_year: int, last_year: int) -> list[tuple[datetime.date, datetime.date]]:
    """Years whose holidays nobody has written down yet."""
    written = {first.year for first, _last, municipality, school in told if municipality is None and school is None}
    return [stretch for stretch in default_holidays(first_year, last_year) if stretch[0].year not in written]
