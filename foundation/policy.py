"""Who may enter a route at all: every view names its policy, a view without one stays closed.

The policy is the door of the house; which objects a person then sees is asked of `visible_to`, and whether they may
change one of `access.py`.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt

# Narrowest last. "account" is signed in but perhaps not yet confirmed by a school; "teacher" is confirmed.
POLICIES = ("public", "account", "teacher", "methodist", "administrator")

# Views of libraries carry no decorator of ours; their own checks do the work behind these doors.
THIRD_PARTY_POLICIES = {
    "allauth.account.views": "public",
    "allauth.account.views.EmailView": "account",
    "allauth.account.views.PasswordChangeView": "account",
    "allauth.account.views.PasswordSetView": "account",
    "allauth.account.views.ReauthenticateView": "account",
    "allauth.mfa": "account",
    "allauth.mfa.base.views.AuthenticateView": "public",
    "django.contrib.admin": "administrator",
    # Used by the admin alone: its old addresses and its «view on site».
    "django.views.generic.base.RedirectView": "administrator",
    "django.contrib.contenttypes": "administrator",
    "django.contrib.sitemaps": "public",
}


def policy(name: str, *, methods: Iterable[str] = ("GET",), keeps: Iterable[str] = ()) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare a view's policy and HTTP methods (HEAD comes with GET). Any other method answers 405.

    `keeps` names fields that somebody may have written long at: when the session has ended meanwhile, they wait in the new one (`kept_values`).
    """
    if name not in POLICIES:
        raise ValueError(f"unknown policy {name!r}")
    allowed = sorted({*methods, *({"HEAD"} if "GET" in methods else set())})

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return view(request, *args, **kwargs)

        guarded.policy = name  # type: ignore[attr-defined]
        guarded.methods = allowed  # type: ignore[attr-defined]
        guarded.keeps = tuple(keeps)  # type: ignore[attr-defined]
        return guarded

    return decorate


# One form's text at a time waits for a sign-in; longer ones are cut.
KEPT, LONGEST_KEPT = "kept_values", 12_000


def _keep_values(request: HttpRequest, fields: Iterable[str]) -> None:
    if request.method == "POST" and fields:
        request.session[KEPT] = {"path": request.path, "values": {field: request.POST.get(field, "")[:LONGEST_KEPT] for field in fields}}


def kept_values(request: HttpRequest) -> dict[str, str]:
    """What was sent to this address when the session had ended; empty without such."""
    kept = request.session.get(KEPT) or {}
    return kept.get("values", {}) if kept.get("path") == request.path else {}


def forget_kept_values(request: HttpRequest) -> None:
    """The text has arrived."""
    request.session.pop(KEPT, None)


def one_click(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the link that ends letters: mail programs POST to it by themselves (RFC 8058), without a page of ours and its token against
    forgery. Only for views whose own signed token is the whole right, whoever sends it.
    """
    return csrf_exempt(view)


def policy_of(view: Any) -> str | None:
    """The declared policy of a view callable, ours or a library's; None when nobody declared one."""
    declared = getattr(view, "policy", None)
    if declared:
        return declared
    source = getattr(view, "view_class", view)
    name = f"{getattr(source, '__module__', '')}.{getattr(source, '__name__', '')}"
    matches = [prefix for prefix in THIRD_PARTY_POLICIES if name == prefix or name.startswith(prefix + ".")]
    return THIRD_PARTY_POLICIES[max(matches, key=len)] if matches else None


def methods_of(view: Any) -> list[str]:
    """The HTTP methods a view answers; a library's view says so by its class."""
    declared = getattr(view, "methods", None)
    if declared is not None:
        return declared
    source = getattr(view, "view_class", None)
    if source is None:
        return ["GET", "HEAD", "POST"]
    known = ("get", "post", "put", "patch", "delete")
    return sorted({"HEAD", *(method.upper() for method in known if hasattr(source, method))})


class PolicyMiddleware:
    """Enforces the policies and keeps answers to signed-in people out of every shared cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not getattr(response, "shared_cache", False):
            response.headers.pop("Expires", None)
            response.headers["Cache-Control"] = "private, no-store"
        elif "Cache-Control" not in response.headers:
            patch_cache_control(response, private=True, max_age=0)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = policy_of(view)
        if name == "public":
            return None
        teacher = request.user
        if name is None:
            raise PermissionDenied("no policy declared for this view")
        if not teacher.is_authenticated:
            _keep_values(request, getattr(view, "keeps", ()))
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not teacher.passes_policy(name):
            raise PermissionDenied(name)
        return None
