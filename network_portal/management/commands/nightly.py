from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

import communities.jobs
import resources.lending
from events.jobs import remind_of_tomorrow
from resources.actions.vocabulary import refresh_vocabulary


class Command(BaseCommand):
    help = (
        "Work out the facts about schools, close what is over, remind of what stands still, learn the library's words; once a day, at night. "
        "Run again it changes nothing more."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        done = {**communities.jobs.nightly(today), "lending": resources.lending.refresh_lending(today), "words": refresh_vocabulary()}
        done["reminders"] = remind_of_tomorrow()
        self.stdout.write("; ".join(f"{name}: {count}" for name, count in done.items()))
