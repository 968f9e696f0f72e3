from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.actions.places import recount
from events.places import miscounted


class Command(BaseCommand):
    help = "Prove that the taken places of every event are those of its registrations; with --repair, count the wrong ones anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="count wrong ones anew")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = list(miscounted().order_by("pk"))
        for event in wrong:
            self.stdout.write(f"{event.pk}: {event.title}")
            if options["repair"]:
                recount(event)
        if wrong and not options["repair"]:
            raise CommandError(f"Miscounted events: {len(wrong)}. Run again with --repair.")
        self.stdout.write(f"Counted anew: {len(wrong)}." if wrong else "All places are counted right.")
