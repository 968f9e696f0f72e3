from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

import communities.jobs
import resources.lending


class Command(BaseCommand):
    help = "Work out the facts about schools, close what is over, remind of what stands still; once a day, at night. Run again it changes nothing more."

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        done = {**communities.jobs.nightly(today), "lending": resources.lending.refresh_lending(today)}
        self.stdout.write("; ".join(f"{name}: {count}" for name, count in done.items()))
