"""Reads the reader's wishes before anything else looks at the request, and speaks their language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from network_portal.accessibility.preferences import COOKIE_NAME, parse_preferences


class PreferencesMiddleware:
    """Sets `request.prefs`; Russian unless the cookie says otherwise (a browser's language is not the reader's choice)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        prefs = parse_preferences(request.COOKIES.get(COOKIE_NAME, ""))
        request.prefs = prefs  # type: ignore[attr-defined]
        request.LANGUAGE_CODE = prefs.lang  # type: ignore[attr-defined]
        with translation.override(prefs.lang):
            response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", prefs.lang)
        return response
