from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from communities.actions.calendar import renew_calendar_token, revoke_calendar_token
from communities.models import CalendarToken
from events.calendar import entries_for as events_of
from foundation.calendars import calendar_response
from foundation.policy import policy
from resources.calendar import entries_for as bookings_of


@policy("teacher", methods=["GET", "POST"])
def calendar_subscription(request: HttpRequest) -> HttpResponse:
    """The address of one's calendar: made, changed and taken back by POST alone."""
    if request.method == "POST":
        if "revoke" in request.POST:
            revoke_calendar_token(by=request.user)
            messages.success(request, _("The address is closed: programs that know it get nothing any more."))
        else:
            renew_calendar_token(by=request.user)
            messages.success(request, _("Here is your address. An older one is closed."))
        return redirect("calendar_subscription")
    given = CalendarToken.objects.filter(teacher=request.user).first()
    address = settings.SITE_URL + reverse("calendar_feed", args=[given.token]) if given else ""
    return render(request, "calendar/subscription.html", {"given": given, "address": address})


@policy("public")
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Calendar programs do not sign in: the address says whose calendar it is, the person's rights of this moment say what is in it."""
    given = CalendarToken.objects.select_related("teacher__school").filter(token=token.replace("\x00", "")).first()
    if given is None or not given.teacher.is_confirmed:
        raise Http404
    # A program asks in no language: the calendar speaks the portal's own.
    with translation.override(settings.LANGUAGE_CODE):
        return calendar_response([*bookings_of(given.teacher), *events_of(given.teacher)], name=settings.PORTAL_NAME)
