"""`manage.py build_static`: makes the files browsers get; a second run without changes costs nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from network_portal import static_build


class Command(BaseCommand):
    """The door to `network_portal.static_build` from the command line."""

    help = "Builds one stylesheet and one script and collects the static files into STATIC_ROOT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--force", action="store_true", help="Build even when the sources have not changed.")

    def handle(self, *args: Any, **options: Any) -> str:
        if not options["force"] and static_build.is_current():
            return "The static files are up to date."
        return f"{static_build.build()} static files are built."
