"""Notifications: the list, opening and marking read, wishes for letters, and the link that ends them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.actions.notice_wish import resume_letters, set_wishes, stop_letters
from communities.actions.notify import Wishes, mark_read
from communities.forms.notification import WishesForm
from communities.letters import read_stop_token, stop_page
from communities.models import NoticeWish, Notification
from communities.models.notification import Delivery
from communities.notice_kinds import KINDS
from communities.notices import read_notices
from foundation.policy import one_click, policy

# Facts of one page: they are asked for their targets, grouped, and the older ones stand behind a link.
PAGE = 100


@policy("account")
def notification_list(request: HttpRequest) -> HttpResponse:
    """The newest facts in lines; `before` is the number of the last one of the page above."""
    rows = Notification.objects.visible_to(request.user)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.select_related("by", "community").order_by("-pk")[: PAGE + 1])
    notices = read_notices(found[:PAGE], request.user)
    context = {"notices": notices, "older": found[PAGE - 1].pk if len(found) > PAGE else None, "unread": any(notice.unread for notice in notices)}
    return render(request, "notifications/list.html", context)


@policy("account", methods=["POST"])
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Go where the line leads; its facts are read then. What may not be seen any more is not there."""
    row = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    group = Notification.objects.visible_to(request.user).filter(group=row.group).select_related("by", "community").order_by("-pk")[:PAGE]
    notices = read_notices(list(group), request.user)
    if not notices:
        raise Http404
    mark_read(by=request.user, group=row.group)
    return redirect(notices[0].url)


@policy("account", methods=["POST"])
def notifications_read(request: HttpRequest) -> HttpResponse:
    """One line (`line`: the number of any of its facts) or everything is read."""
    line = request.POST.get("line", "")
    group = None
    if line:
        pk = int(line) if line.isascii() and line.isdigit() and len(line) < 19 else 0
        group = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk).group
    mark_read(by=request.user, group=group)
    return redirect("notification_list")


@policy("account", methods=["GET", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    form = WishesForm(request.POST or None, teacher=request.user)
    if request.method == "POST" and form.is_valid():
        set_wishes(by=request.user, **form.wishes())
        messages.success(request, _("Saved."))
        return redirect("notice_settings")
    return render(request, "notifications/settings.html", {"form": form})


@one_click
@policy("public", methods=["GET", "POST"])
def letters_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter: GET shows what it ends, POST ends it. Mail programs post here with one click, without cookies: the token is the right."""
    known = read_stop_token(token)
    if known is None:
        raise Http404
    person, kind = known
    if request.method == "POST":
        (resume_letters if request.POST.get("wish") == "on" else stop_letters)(person, kind)
    wishes = Wishes(NoticeWish.objects.filter(teacher=person, community=None))
    now = {Delivery(wishes.delivery(person.pk, code, None)) for code in ([kind] if kind else KINDS)}
    context = {"what": KINDS[kind].name if kind else "", "is_over": now == {Delivery.NEVER}, "delivery": now.pop() if len(now) == 1 else None}
    return stop_page(request, person, "notifications/stop.html", context)
