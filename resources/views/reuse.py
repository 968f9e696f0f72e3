"""«Used at a lesson» in one click, the short report on it, and taking it back."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from foundation.policy import policy
from resources.actions.reuse import mark_used, report_use, undo_use
from resources.forms.reuse import ReuseForm
from resources.models import Reuse
from resources.reading import material_of_page, visible_material
from resources.views.material import material_page


@policy("teacher", methods=["POST"])
def material_use(request: HttpRequest, pk: int) -> HttpResponse:
    material = visible_material(request.user, pk)
    try:
        mark_used(material, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Thank you: the mark shows colleagues that the material works. You may tell how it went."))
    return redirect(material)


@policy("teacher", methods=["POST"])
def material_use_report(request: HttpRequest, pk: int, use_id: int) -> HttpResponse:
    material = material_of_page(request.user, pk)
    reuse = _own_use(request, pk, use_id)
    form = ReuseForm(request.POST, instance=reuse)
    if not form.is_valid():
        return material_page(request, material, report_form=form)
    report_use(reuse, by=request.user, group=form.cleaned_data["group"], note=form.cleaned_data["note"])
    messages.success(request, _("Your experience is saved and helps colleagues."))
    return redirect(material)


@policy("teacher", methods=["POST"])
def material_use_undo(request: HttpRequest, pk: int, use_id: int) -> HttpResponse:
    material = visible_material(request.user, pk)
    reuse = _own_use(request, pk, use_id)
    day: datetime.date = reuse.used_on
    undo_use(reuse, by=request.user)
    messages.success(request, _("The mark of %(day)s is taken back.") % {"day": day.strftime("%d.%m.%Y")})
    return redirect(material)


def _own_use(request: HttpRequest, pk: int, use_id: int) -> Reuse:
    """One's own use of this material; somebody else's does not exist here."""
    return get_object_or_404(Reuse, pk=use_id, material_id=pk, teacher=request.user)
