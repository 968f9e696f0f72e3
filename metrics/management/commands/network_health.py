"""The indicators of network health on the command line (indicators.md, «Command line»)."""

import datetime
import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from metrics.as_json import reading_json
from metrics.indicators.windows import DEFAULT_DAYS, SCHOOL_YEAR
from metrics.reading import Reading, read
from metrics.scopes import UnknownScope, find_scope
from metrics.words import explained, name_of

UNKNOWN_SCOPE = 2


def window(text: str) -> int | str:
    """A number of days from 1, or `school-year`."""
    if text == SCHOOL_YEAR:
        return text
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 36_500:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is neither a number of days nor {SCHOOL_YEAR}")


class Command(BaseCommand):
    help = "Print every indicator of a community, a school, a municipality or (by default) the whole network."

    def add_arguments(self, parser: ArgumentParser) -> None:
        scope = parser.add_mutually_exclusive_group()
        for name in ("community", "school", "municipality"):
            scope.add_argument(f"--{name}", metavar="ID", help="the sender's id of an import, or the slug")
        parser.add_argument("--on", metavar="DATE", type=datetime.date.fromisoformat, help="the as-of date, YYYY-MM-DD; today by default")
        parser.add_argument("--window", metavar="DAYS", type=window, default=DEFAULT_DAYS, help=f"days, or {SCHOOL_YEAR}; {DEFAULT_DAYS} by default")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = next((name for name in ("community", "school", "municipality") if options[name] is not None), "network")
        try:
            scope = find_scope(wanted, options.get(wanted) or "")  # type: ignore[arg-type]
        except UnknownScope:
            self.stderr.write(f"unknown {wanted}: {options[wanted]}")
            sys.exit(UNKNOWN_SCOPE)
        # Commands have no language of their own; the network's is meant.
        with translation.override(settings.LANGUAGE_CODE):
            reading = read(scope, on=options["on"], window=options["window"])
            if options["format"] == "json":
                self.stdout.write(json.dumps(reading_json(reading), ensure_ascii=False, indent=2))
            else:
                self._print(reading)

    def _print(self, reading: Reading) -> None:
        self.stdout.write(f"{reading.scope.name}: {reading.window.end}, {reading.window.days}, {reading.formula_version}")
        for name, result in reading.results.items():
            value = "—" if result.value is None else f"{result.value:.3g}"
            share = f" ({result.numerator}/{result.denominator})" if result.numerator is not None and result.denominator is not None else ""
            reason = explained(result)
            self.stdout.write(f"{result.status:6} {name_of(name)}: {value}{share}, n={result.n}" + (f" · {reason}" if reason else ""))
            parts = ", ".join(f"{part}={_shown(value)}" for part, value in result.parts.items() if value is not None)
            self.stdout.write(f"       {parts}")


def _shown(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else " ".join(value) if isinstance(value, tuple) else str(value)
