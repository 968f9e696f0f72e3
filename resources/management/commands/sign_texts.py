from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from resources.actions.signatures import sign_all


class Command(BaseCommand):
    help = "Compute the signatures by which nearly equal texts are found, for files that have none yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="compute those that exist once more, too")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sign_all(anew=options['anew'])} files")
