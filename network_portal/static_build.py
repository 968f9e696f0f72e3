"""Makes the static files that browsers get: one stylesheet, one script, one sprite, each named by its content.

The sources in `static/` work as they are in development and tests: `css/app.css` imports its parts and `js/app.js` loads
them. The build puts one bundle into each entry's place and leaves the parts out.
"""

import hashlib
import json
import re
from importlib.metadata import version
from pathlib import Path

import lightningcss
from django.conf import settings
from django.contrib.staticfiles import finders

CSS_ENTRY = "css/app.css"
JS_ENTRY = "js/app.js"
PARTS_ONLY = ["css/components/*", "css/[!a]*.css", "js/[!a]*.js"]
# The floor of interface.md; lightningcss adds prefixes for it and keeps what these understand.
BROWSERS = ["chrome 109", "firefox 115", "safari 16", "ios_saf 16"]
STAMP = ".build"


def find(path: str) -> Path:
    """A static file of the project or of an installed app; FileNotFoundError when nobody has it."""
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(f"no static file {path}")
    return Path(found)


def bundle_css() -> str:
    """All stylesheets as one minified text."""
    return lightningcss.bundle_css(str(find(CSS_ENTRY)), browsers_list=BROWSERS, minify=True)


def js_parts() -> list[str]:
    """Addresses of the script's parts, in their order, as static paths."""
    listed = re.search(r"const PARTS = (\[.*?\]);", find(JS_ENTRY).read_text("utf-8"), re.DOTALL)
    if listed is None:
        raise ValueError(f"{JS_ENTRY} lists no PARTS")
    return [part.removeprefix("../") if part.startswith("../") else f"js/{part}" for part in json.loads(listed[1])]


def bundle_js() -> str:
    """All behaviours as one text; each part guards its own names."""
    return "\n;\n".join(find(part).read_text("utf-8").strip() for part in js_parts()) + "\n"


def inputs_digest() -> str:
    """Changes when a source or a package that brings static files changes."""
    digest = hashlib.sha256()
    for package in ("django", "django-allauth", "django-htmx", "whitenoise", "lightningcss"):
        digest.update(f"{package} {version(package)}\n".encode())
    digest.update(Path(__file__).read_bytes())
    for folder in map(Path, settings.STATICFILES_DIRS):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{file.relative_to(folder)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """True when STATIC_ROOT already holds the build of these very sources."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    return stamp.exists() and stamp.read_text() == inputs_digest()


def write_stamp() -> None:
    """Remember what the build was made of, after everything else was written."""
    (Path(settings.STATIC_ROOT) / STAMP).write_text(inputs_digest())
