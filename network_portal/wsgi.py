"""The WSGI application that the web server runs."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "network_portal.settings")

_BOUNDARY = re.compile(r'boundary=("[^"]*"|[^\s;]+)', re.IGNORECASE)


def plain_content_type(value: str) -> str:
    """The media type with nothing but its boundary.

    Pages and forms are UTF-8. Another charset that a client claims makes Django fail while it reads the request (`hex`, `rot13`) or lets
    lone surrogates through (`utf-7`); a parameter in an unknown RFC 2231 encoding fails before any error page can be drawn.
    """
    kind, _semicolon, parameters = value.partition(";")
    boundary = _BOUNDARY.search(parameters)
    return f"{kind}; {boundary[0]}" if boundary else kind


def only_utf8(portal: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The portal behind a door that drops the parameters it never needs."""

    def door(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if ";" in environ.get("CONTENT_TYPE", ""):
            environ["CONTENT_TYPE"] = plain_content_type(environ["CONTENT_TYPE"])
        return portal(environ, start_response)

    return door


application = only_utf8(get_wsgi_application())
