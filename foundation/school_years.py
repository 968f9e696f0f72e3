"""School years: from 1 September to 31 August."""

import datetime


def school_year(day: datetime.date) -> int:
    """The calendar year in which the school year of that day began."""
    return day.year if day.month >= 9 else day.year - 1


def first_day(year: int) -> datetime.date:
    """1 September of the school year that began in `year`."""
    return datetime.date(year, 9, 1)


def last_day(year: int) -> datetime.date:
    """31 August, the end of the school year that began in `year`."""
    return datetime.date(year + 1, 8, 31)


def year_words(year: int) -> str:
    """«2026/27»."""
    return f"{year}/{(year + 1) % 100:02d}"
