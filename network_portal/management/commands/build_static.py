"""`manage.py build_static`: bundle, collect, hash and compress the static files into STATIC_ROOT; nothing to do costs nothing."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.core.files.storage import FileSystemStorage, Storage

from network_portal import static_build


class Command(CollectStatic):
    """`collectstatic` that puts the bundles into the places of the two entries."""

    help = "Builds one stylesheet and one script and collects the static files into STATIC_ROOT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--force", action="store_true", help="Build even when the sources have not changed.")

    def handle(self, **options: Any) -> str | None:
        if not options["force"] and static_build.is_current():
            return "The static files are up to date."
        options |= {"interactive": False, "clear": True, "link": False, "dry_run": False, "ignore_patterns": static_build.PARTS_ONLY}
        with tempfile.TemporaryDirectory() as folder:
            for entry, text in ((static_build.CSS_ENTRY, static_build.bundle_css()), (static_build.JS_ENTRY, static_build.bundle_js())):
                path = Path(folder, entry)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            self.bundles = FileSystemStorage(location=folder)
            report = super().handle(**options)
        static_build.write_stamp()
        return report

    def copy_file(self, path: str, prefixed_path: str, source_storage: Storage) -> None:
        """The two entries come from the bundles, everything else from where it was found."""
        if prefixed_path in (static_build.CSS_ENTRY, static_build.JS_ENTRY):
            source_storage = self.bundles
        super().copy_file(path, prefixed_path, source_storage)
