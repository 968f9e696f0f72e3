from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from foundation.text_search.schema import ensure_text_index, rebuild_text_index
from resources.actions.indexing import rebuild_search
from resources.models import MaterialSearch


class Command(BaseCommand):
    help = "Write every material's search document and the database's text index anew."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_text_index(MaterialSearch, connection)
        count = rebuild_search()
        rebuild_text_index(MaterialSearch, connection)
        self.stdout.write(f"{count} materials")
