"""School years: from 1 September to 31 August."""

import datetime


def school_year(day: datetime.date) -> int:
    """The calendar year in which the school year of that day began."""
    return day.year if day.month >= 9 else day.year - 1
