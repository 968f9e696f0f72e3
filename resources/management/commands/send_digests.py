from typing import Any

from django.core.management.base import BaseCommand

from resources.digests import enqueue_digests


class Command(BaseCommand):
    help = "Queue the digests of saved searches that are due; once a day, at whatever hour people like to read mail."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{enqueue_digests()} digests")
