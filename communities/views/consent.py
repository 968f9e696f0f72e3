"""The consents' texts, and giving and withdrawing them."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities.actions.consent import current_text, give_consent, withdraw_consent
from communities.models import ConsentText
from communities.models.consent import Purpose
from foundation.policy import policy


def text_or_404(purpose: str) -> ConsentText:
    """Today's text of a purpose."""
    if purpose not in Purpose.values:
        raise Http404
    return current_text(purpose)


@policy("public")
def consent_text(request: HttpRequest, purpose: str) -> HttpResponse:
    """A document of its own: the exact text, its version and fingerprint."""
    text = text_or_404(purpose)
    return render(request, "registration/consent_text.html", {"text": text, "versions": ConsentText.objects.filter(purpose=purpose)})


@policy("account", methods=["GET", "POST"])
def consent_change(request: HttpRequest, purpose: str) -> HttpResponse:
    """GET shows the text and what a withdrawal means; POST with `give` or `withdraw` does it."""
    text, teacher = text_or_404(purpose), request.user
    if request.method == "GET":
        live = teacher.consents.filter(text__purpose=purpose, withdrawn_at=None).select_related("text").first()
        return render(request, "registration/consent_change.html", {"text": text, "live": live})
    if "withdraw" in request.POST:
        withdraw_consent(purpose, by=teacher)
        if purpose == Purpose.PROCESSING:
            logout(request)
            messages.success(request, _("You withdrew your consent. Your account is blocked, and your data will be deleted or made anonymous."))
            return redirect("home")
        messages.success(request, _("You withdrew your consent. Visitors no longer see your name."))
    elif request.POST.get("give") == str(text.pk):
        give_consent(text, by=teacher)
        messages.success(request, _("Thank you. Your consent is kept with its date and the version of the text."))
    else:
        messages.error(request, _("The document has a new version. Please read it first."))
        return redirect("consent_change", purpose=purpose)
    return redirect("profile")
