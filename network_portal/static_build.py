"""Makes the static files that browsers get: one stylesheet, one script, one sprite, each named by its content.

The sources in `static/` work as they are in development and tests: `css/app.css` imports its parts and `js/app.js` loads
them. The build puts one bundle into each entry's place and leaves the parts out.
"""

import hashlib
import json
import posixpath
import re
import tempfile
from importlib.metadata import version
from pathlib import Path

import lightningcss
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage, Storage

CSS_ENTRY = "css/app.css"
JS_ENTRY = "js/app.js"
# Patterns of what went into the bundles.
PARTS = ["css/components/*", "css/[!a]*.css", "js/[!a]*.js"]
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


def _sources() -> dict[str, tuple[Storage, str]]:
    """Where each static file comes from, by its name under STATIC_URL; the first finder wins."""
    found: dict[str, tuple[Storage, str]] = {}
    for finder in finders.get_finders():
        for path, storage in finder.list(PARTS):
            found.setdefault(posixpath.join(getattr(storage, "prefix", None) or "", path), (storage, path))
    return found


def build() -> int:
    """Bundle, collect, hash and compress into STATIC_ROOT; the number of files. Older hashed files stay for pages already open."""
    with tempfile.TemporaryDirectory() as folder:
        bundles = FileSystemStorage(location=folder)
        sources = _sources()
        for entry, text in ((CSS_ENTRY, bundle_css()), (JS_ENTRY, bundle_js())):
            path = Path(folder, entry)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            sources[entry] = (bundles, entry)
        for name, (storage, path) in sources.items():
            staticfiles_storage.delete(name)
            with storage.open(path) as content:
                staticfiles_storage.save(name, content)
        post_process = getattr(staticfiles_storage, "post_process", None)
        for _name, _hashed_name, processed in post_process(sources) if post_process else ():
            if isinstance(processed, Exception):
                raise processed
    (Path(settings.STATIC_ROOT) / STAMP).write_text(inputs_digest())
    return len(sources)
