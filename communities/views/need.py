"""The exchange: the list of needs, my own, a need's page, publishing, changing, withdrawing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities import access_exchange as access
from communities.access_exchange import Owner
from communities.actions.need import edit_need, open_need, withdraw_need
from communities.filters_need import NeedFilter
from communities.forms.need import NeedForm, NewNeedForm, ProposalForm, value_of
from communities.match_words import weights_in_words
from communities.models import Community, Need, Partnership, School, Teacher
from communities.models.need import NeedKind, key_of, owned_by
from communities.models.partnership import LIVE
from communities.pages_people import school_head
from communities.partners import partners_of
from communities.views.community import refuse
from communities.views.school import school_or_404
from foundation.policy import policy

PAGE_SIZE, MATCHES = 20, 10
# What a link may fill in beforehand; everything is judged anew by the form.
FILLED_BY_LINK = ("kind", "direction", "subject", "education_level", "title")


def need_or_404(request: HttpRequest, pk: int) -> Need:
    """The need of an address."""
    return get_object_or_404(Need.objects.visible_to(request.user).for_list(), pk=pk)


def sides_for(request: HttpRequest) -> list[Owner]:
    """For whom the reader may speak; a methodist also for the school or community that the address names (`side=school:12`)."""
    teacher: Teacher = request.user  # type: ignore[assignment]
    sides = access.own_sides(teacher)
    named = named_side(request.POST.get("owner") or request.POST.get("side") or request.GET.get("side", ""))
    if named is not None and named not in sides and access.speaks_for(teacher, named) and named.closed_on is None:
        sides.append(named)
    return sides


def named_side(text: str) -> Owner | None:
    """The school or community that a value like `school:12` names."""
    kind, _colon, number = text.partition(":")
    model: Any = {"school": School, "community": Community}.get(kind)
    return model.objects.filter(pk=int(number)).first() if model is not None and number.isascii() and number.isdigit() and len(number) < 10 else None


@policy("teacher")
def need_list(request: HttpRequest) -> HttpResponse:
    needs = Need.objects.visible_to(request.user).open_now().for_list().order_by("-opened_on", "-id")
    found = NeedFilter(request.GET, queryset=needs)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "exchange/need_list.html", {"filter": found, "page": page, "sides": access.own_sides(request.user)})


@policy("teacher")
def my_needs(request: HttpRequest) -> HttpResponse:
    """What the reader's schools and communities ask and offer, and their partnerships."""
    teacher = request.user
    sides = access.own_sides(teacher)
    own = owned_by(teacher.coordinated_school_ids, teacher.led_community_ids)
    needs = Need.objects.visible_to(teacher).filter(own).for_list().order_by("closed_on", "-opened_on", "-id")
    partnerships = Partnership.objects.of_sides(teacher).for_list().order_by("-since", "-id")
    context = {
        "sides": sides,
        "page": Paginator(needs, PAGE_SIZE).get_page(request.GET.get("page")),
        "partnerships": Paginator(partnerships, PAGE_SIZE).get_page(request.GET.get("partnerships")),
    }
    return render(request, "exchange/my_needs.html", context)


@policy("teacher")
def need(request: HttpRequest, pk: int) -> HttpResponse:
    found, teacher = need_or_404(request, pk), request.user
    return render(request, "exchange/need.html", need_context(request, found, ProposalForm(sides=_who_may_answer(request, found)), teacher))


def need_context(request: HttpRequest, found: Need, form: ProposalForm, teacher: Any) -> dict[str, Any]:
    """What the page of a need shows; `form` answers it."""
    mine = access.may_change_need(teacher, found)
    live = Partnership.objects.visible_to(teacher).filter(need=found).for_list()
    # Somebody who speaks for no side can only tell those who do.
    asks_others = found.is_open and not (mine or teacher.coordinated_school_ids or teacher.led_community_ids)
    return {
        "need": found,
        "mine": mine,
        "form": form if form.fields["side"].choices and found.is_open else None,  # type: ignore[attr-defined]
        "partnerships": list(live),
        "steps": found.steps.select_related("by") if mine else (),
        "asks_others": asks_others,
        "answerers": access.who_could_answer(teacher, found) if asks_others else (),
    }


def _who_may_answer(request: HttpRequest, found: Need) -> list[Owner]:
    """The reader's sides but the need's owner, and those that are partners in it already."""
    live = Partnership.objects.filter(need=found, state__in=LIVE).values_list("school_id", "community_id")
    busy = {school or -community for school, community in live} | {key_of(found.owner)}
    return [side for side in sides_for(request) if key_of(side) not in busy]


@policy("teacher", methods=["GET", "POST"])
def need_new(request: HttpRequest) -> HttpResponse:
    """Publish a need; a link may have filled in some of it."""
    sides = sides_for(request)
    if not sides:
        return render(request, "exchange/nobody.html", status=403)
    initial = {name: request.GET[name][:160] for name in FILLED_BY_LINK if request.GET.get(name)}
    initial.setdefault("kind", NeedKind.REQUEST)
    form = NewNeedForm(request.POST if request.method == "POST" else None, sides=sides, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            published = open_need(form.cleaned_data["owner"], by=request.user, kind=form.cleaned_data["kind"], **form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is published. Here is who fits."))
            return redirect("exchange_partners_of_need", published.pk)
    return render(request, "exchange/need_form.html", {"form": form})


@policy("teacher", methods=["GET", "POST"])
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = need_or_404(request, pk)
    refuse(access.may_change_need(request.user, found))
    form = NeedForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            edit_need(found, by=request.user, **form.values())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    return render(request, "exchange/need_form.html", {"form": form, "need": found})


@policy("teacher", methods=["GET", "POST"])
def need_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST withdraws."""
    found = need_or_404(request, pk)
    refuse(access.may_change_need(request.user, found))
    if request.method == "GET":
        return render(request, "exchange/need_withdrawal.html", {"need": found})
    if withdraw_need(found, by=request.user):
        messages.success(request, _("It is withdrawn and no longer on the list."))
    else:
        messages.info(request, _("It was no longer open."))
    return redirect(found)


@policy("teacher")
def exchange_partners(request: HttpRequest) -> HttpResponse:
    """Who fits the reader's school or community, by all its open needs."""
    sides = sides_for(request)
    if not sides:
        return render(request, "exchange/nobody.html", status=403)
    side = next((side for side in sides if value_of(side) == request.GET.get("side")), sides[0])
    choice = [(value_of(each), str(each), each == side) for each in sides]
    return _partners_page(request, side, choice=choice)


@policy("teacher")
def exchange_partners_of_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Who fits one need; its owner may propose at once."""
    found = need_or_404(request, pk)
    refuse(access.may_change_need(request.user, found))
    return _partners_page(request, found.owner, need=found)


def _partners_page(request: HttpRequest, side: Owner, *, need: Need | None = None, **more: Any) -> HttpResponse:
    partners = partners_of(side, MATCHES, answering=need)
    context = {"side": side, "side_value": value_of(side), "need": need, "partners": partners, "weights": weights_in_words(), **more}
    return render(request, "exchange/partners.html", context)


@policy("teacher")
def school_needs(request: HttpRequest, slug: str) -> HttpResponse:
    """The tab of a school's page: what it asks and what it offers today."""
    school, reader = school_or_404(request, slug), request.user
    needs = list(Need.objects.visible_to(reader).open_now().owned(school).for_list())
    context = {
        **school_head(school, reader, current="needs"),
        "sides": access.own_sides(reader),
        "requests": [entry for entry in needs if entry.kind == NeedKind.REQUEST],
        "offers": [entry for entry in needs if entry.kind == NeedKind.OFFER],
    }
    return render(request, "exchange/school_needs.html", context)
