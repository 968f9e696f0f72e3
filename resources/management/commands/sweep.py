from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.files.errors import StorageTrouble
from resources.stale_jobs import requeue_stale
from resources.storage_care import sweep_batches, sweep_orphans, sweep_temporaries, sweep_uploads


class Command(BaseCommand):
    help = (
        "Remove what crashes and broken lines left (temporary files, abandoned uploads and batches, stored files without a row) "
        "and put stale jobs back into the queue."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=float, default=48, help="age of temporary files and abandoned uploads to remove (48)")

    def handle(self, *args: Any, **options: Any) -> None:
        age = timedelta(hours=options["hours"])
        try:
            batches, uploads, temporary, orphaned = sweep_batches(), sweep_uploads(age), sweep_temporaries(age), sweep_orphans()
        except StorageTrouble as trouble:
            raise CommandError(f"{trouble.words} ({trouble})") from trouble
        again, given_up = requeue_stale()
        self.stdout.write(
            f"batches {batches}, uploads {uploads}, temporary files {temporary}, files without a row {orphaned}, "
            f"jobs put back {again}, jobs given up {given_up}"
        )
