"""Every route with its policy and methods, for people and for tests from outside."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.urls import URLPattern, URLResolver, get_resolver

from foundation.policy import methods_of, policy_of


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[dict[str, Any]]:
    """`{"route", "name", "policy", "methods"}` of every pattern of the URLconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield {
                "route": "/" + route,
                "name": entry.name,
                "policy": policy_of(entry.callback),
                "methods": methods_of(entry.callback),
            }


class Command(BaseCommand):
    help = "List every route with its policy and methods."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(routes())
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for route in found:
            self.stdout.write(f"{route['policy'] or '—':14} {','.join(route['methods']):14} {route['route']}  ({route['name']})")
