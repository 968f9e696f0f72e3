"""The public check of a paper: valid, revoked or unknown, and nothing else about the person."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.policy import policy
from resources.forms.portfolio import CodeForm
from resources.verification import statement_by_code

# A commission checks its papers behind one address; a code of 160 bits is not guessed at any rate.
CHECKS, SECONDS = 120, 60


def _too_many(request: HttpRequest) -> HttpResponse | None:
    """The refusal after CHECKS checks a minute from one address; None before."""
    key = f"verify:{get_adapter().get_client_ip(request)}"
    if cache.add(key, 1, SECONDS):
        return None
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        return None
    if count <= CHECKS:
        return None
    return _closed(render(request, "verify/too_many.html", status=429))


def _closed(response: HttpResponse) -> HttpResponse:
    """Neither search engines nor caches keep it: a revocation counts at once."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    return response


@policy("public")
def verify(request: HttpRequest) -> HttpResponse:
    """Enter the code; a known one leads to its page, anything else is told here."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound:
        refusal = _too_many(request)
        if refusal is not None:
            return refusal
        if form.is_valid():
            if statement_by_code(form.cleaned_data["code"]) is not None:
                return _closed(redirect("verify_paper", code=form.cleaned_data["code"]))
            form.add_error("code", _("The portal has not issued a paper with this code. Compare it with the paper once more."))
    return _closed(render(request, "verify/verify.html", {"form": form}))


@policy("public")
def verify_paper(request: HttpRequest, code: str) -> HttpResponse:
    """Valid and revoked papers answer 200 and say which; an unknown code answers as an address that does not exist."""
    refusal = _too_many(request)
    if refusal is not None:
        return refusal
    statement = statement_by_code(code)
    if statement is None:
        raise Http404
    return _closed(render(request, statement.pop("template"), statement))
