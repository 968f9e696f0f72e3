"""Make an installation ready to serve: folders, database, cache table, static files, and the demo region if asked."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command

from communities.models import School
from resources.actions.indexing import mark_documents


class Command(BaseCommand):
    help = "Prepare the database and static files; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty portal with the demo region")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.UPLOAD_TMP):
            folder.mkdir(parents=True, exist_ok=True)
        (settings.DATA_DIR / "site_url").write_text(settings.SITE_URL)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        mark_documents()
        call_command("build_static")
        if options["demo"]:
            if School.objects.exists():
                call_command("demo", "--accounts")
            else:
                call_command("demo", "--size", "small")
