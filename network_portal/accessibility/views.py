"""The settings page for readers and the language switch; both answer with a cookie, neither needs JavaScript."""

from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from foundation.policy import policy
from network_portal.accessibility.forms import PreferencesForm
from network_portal.accessibility.preferences import CHOICES, COOKIE_AGE, COOKIE_NAME, DEFAULTS, Preferences

LONGEST_PATH = 500


def safe_path(url: str) -> str:
    """`url` if it is a path of this portal, else an empty string: a redirect never leaves the portal."""
    is_path = url.startswith("/") and len(url) <= LONGEST_PATH and url.isprintable()
    return url if is_path and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def came_from(request: HttpRequest) -> str:
    """The page the reader was on: `next`, else the Referer when it is of our own host; empty when unknown."""
    asked = safe_path(request.POST.get("next") or request.GET.get("next") or "")
    if asked:
        return asked
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    if referer.netloc != request.get_host():
        return ""
    path = safe_path(referer.path + (f"?{referer.query}" if referer.query else ""))
    return "" if path.startswith(reverse("accessibility")) else path


def remember(response: HttpResponse, prefs: Preferences) -> HttpResponse:
    """Keep the wishes for a year; the defaults need no cookie."""
    if prefs == DEFAULTS:
        response.delete_cookie(COOKIE_NAME, samesite="Lax")
    else:
        response.set_cookie(COOKIE_NAME, prefs.to_cookie(), max_age=COOKIE_AGE, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE)
    return response


@policy("public", methods=["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show the wishes, or keep the sent ones and show the page in its new look with the way back."""
    back = came_from(request)
    form = PreferencesForm(request.POST or None, current=request.prefs)  # type: ignore[attr-defined]
    if request.method == "POST" and ("reset" in request.POST or form.is_valid()):
        prefs = DEFAULTS if "reset" in request.POST else form.preferences()
        with translation.override(prefs.lang):
            messages.success(request, _("The settings are saved in this browser for a year."))
        query = f"?{urlencode({'next': back})}" if back else ""
        return remember(HttpResponseRedirect(reverse("accessibility") + query), prefs)
    return render(request, "accessibility/settings.html", {"form": form, "back": back}, status=422 if form.is_bound else 200)


@policy("public")
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language and go back; a link, since it changes nothing but the reader's own cookie."""
    if code not in CHOICES["lang"]:
        raise Http404
    prefs = replace(request.prefs, lang=code)  # type: ignore[attr-defined]
    return remember(HttpResponseRedirect(came_from(request) or "/"), prefs)
