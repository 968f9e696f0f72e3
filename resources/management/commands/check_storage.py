from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.files.errors import StorageTrouble
from resources.storage_care import damaged


class Command(BaseCommand):
    help = "Prove that every row has its stored file with the right size and SHA-256; exit 1 otherwise."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        try:
            for name, problem in damaged():
                count += 1
                self.stdout.write(f"{problem}: {name}")
        except StorageTrouble as trouble:
            raise CommandError(f"{trouble.words} ({trouble})") from trouble
        if count:
            raise CommandError(f"{count} stored files are missing or changed")
        self.stdout.write("every row has its file")
