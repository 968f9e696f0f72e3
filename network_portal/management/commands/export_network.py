"""Give the whole network away as tables: `manage.py export_network PATH` (exchange-format.md)."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from foundation.exchange.sources import SourceError
from network_portal.exchange import ImportRefused, run_export


class Command(BaseCommand):
    help = "Export all tables and files to a folder, to PATH ending in .zip, or to a workbook ending in .xlsx with files/ beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = run_export(options["path"].absolute(), progress=self._show)
        except (SourceError, ImportRefused) as error:
            raise CommandError(str(error)) from error
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")

    def _show(self, table: str, rows: int) -> None:
        self.stderr.write(f"{table}: {rows}")
