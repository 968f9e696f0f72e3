"""Take a network over from tables: `manage.py import_network PATH [--check]` (exchange-format.md)."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from foundation.exchange.problems import Problems
from foundation.exchange.sources import SourceError
from network_portal.exchange import ImportRefused, run_import


class Command(BaseCommand):
    help = "Import municipalities, schools, teachers, communities and materials from a folder, a ZIP or an XLSX workbook: all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--check", action="store_true", help="read everything and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            imported = run_import(options["path"], check=options["check"], progress=self._show)
        except (SourceError, ImportRefused) as error:
            # Errors are the answer, not an accident of the command: they go to standard output, the status alone tells the shell.
            self.stdout.write(str(error))
            raise SystemExit(1) from error
        self._print(imported.problems)
        if imported.problems.error_count:
            raise SystemExit(1)
        if options["check"]:
            self.stdout.write(_("No errors. Nothing was changed."))
        for name, count in imported.counts.items():
            words = {"table": name, "created": count.created, "updated": count.updated, "unchanged": count.unchanged}
            self.stdout.write(_("%(table)s: %(created)s created, %(updated)s updated, %(unchanged)s unchanged") % words)

    def _print(self, problems: Problems) -> None:
        for line in problems.warnings:
            self.stdout.write(_("Warning: %(line)s") % {"line": line})
        for line in problems.errors:
            self.stdout.write(line)
        hidden = problems.error_count - len(problems.errors)
        if hidden:
            self.stdout.write(_("… and %(count)s more errors.") % {"count": hidden})
        if problems.error_count:
            self.stdout.write(_("Errors: %(count)s. Nothing was written.") % {"count": problems.error_count})

    def _show(self, table: str, rows: int) -> None:
        self.stderr.write(f"{table}: {rows}")
