"""Methodists and administrators hold many people's data: without a second factor they get no further than setting it up."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# Setting it up, proving who one is before that, leaving, and the reader's own settings.
OPEN_ROUTES = frozenset(
    {"mfa_activate_totp", "account_reauthenticate", "account_logout", "accessibility", "accessibility_language", "account_email", "account_confirm_email"}
)


def lacks_second_factor(teacher: Any) -> bool:
    """Whether this person must set up TOTP first. One query, for methodists and administrators only."""
    if not teacher.is_authenticated or not teacher.is_methodist:
        return False
    return not Authenticator.objects.filter(user=teacher, type=Authenticator.Type.TOTP).exists()


class SecondFactorMiddleware:
    """Stands right after `PolicyMiddleware`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if (match and match.url_name in OPEN_ROUTES) or not lacks_second_factor(request.user):
            return None
        messages.info(request, _("Methodists and administrators sign in with a second factor. Please set it up now."))
        return redirect("mfa_activate_totp")
