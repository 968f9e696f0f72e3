"""The first sign-in with login and code from a sheet of paper."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.forms.paper_code import PaperCodeForm
from foundation.policy import policy

# A seminar sits behind one address; ten tries in ten minutes at one login, whether it exists or not.
RATE_LIMITS = {"paper_code": "120/m/ip,10/10m/key"}


@policy("public", methods=["GET", "POST"])
@never_cache
def paper_code(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST uses the code up, sets the password and signs in."""
    if request.method == "GET":
        return render(request, "registration/paper_code.html", {"form": PaperCodeForm()})
    form = PaperCodeForm(request.POST)
    if not form.is_valid():
        return render(request, "registration/paper_code.html", {"form": form})
    if not ratelimit.consume(request, app="communities", action="paper_code", config=RATE_LIMITS, key=form.cleaned_data["login"].strip().lower()):
        form.add_error(None, _("Too many tries. Please wait ten minutes and try again."))
        return render(request, "registration/paper_code.html", {"form": form}, status=429)
    if form.redeem():
        record_authentication(request, form.teacher, method="password", username=form.teacher.login)
        return perform_login(request, Login(user=form.teacher))
    return render(request, "registration/paper_code.html", {"form": form})
