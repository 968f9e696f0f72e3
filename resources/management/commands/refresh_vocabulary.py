from typing import Any

from django.core.management.base import BaseCommand

from resources.actions.vocabulary import refresh_vocabulary


class Command(BaseCommand):
    help = "Write the words by which misspelt searches are understood anew from the library's texts; for the night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{refresh_vocabulary()} words")
