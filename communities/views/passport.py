"""The school's passport: four questionnaires, their conclusions and history. For those who run the school."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities import access
from communities.actions.passport import fill_questionnaire
from communities.forms.questionnaire import QuestionnaireForm
from communities.models import Questionnaire, School
from communities.models.school import Peculiarity
from communities.pages_people import school_head
from communities.passport import facts_of, history, next_unanswered, questionnaires
from communities.views.community import refuse
from communities.views.school import school_or_404
from foundation.policy import policy


def _own_school(request: HttpRequest, slug: str) -> School:
    """The school of an address; 403 for those who see but do not run it."""
    school = school_or_404(request, slug)
    refuse(access.may_run_school(request.user, school))
    return school


@policy("teacher")
def school_passport(request: HttpRequest, slug: str) -> HttpResponse:
    school = _own_school(request, slug)
    rows = questionnaires(school, request.user)
    return render(request, "schools/passport.html", {**school_head(school, request.user, current="passport"), "rows": rows})


@policy("teacher", methods=["GET", "POST"])
def school_questionnaire(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Answer the questions of one peculiarity; then the next one that nobody has answered yet."""
    school = _own_school(request, slug)
    if code not in Peculiarity.values:
        raise Http404
    peculiarity = Peculiarity(code)
    coordinates = access.coordinates(request.user, school)
    newest = Questionnaire.objects.filter(school=school, peculiarity=peculiarity).first() if coordinates else None
    form = QuestionnaireForm(request.POST if request.method == "POST" else None, peculiarity=peculiarity, answers=newest.answers if newest else None)
    if request.method == "POST" and form.is_valid():
        state = fill_questionnaire(school, peculiarity, form.cleaned_data, facts_of(school), by=request.user)
        messages.success(request, _("The answers are kept. Conclusion: %(state)s.") % {"state": state.label})
        following = next_unanswered(school)
        return redirect("school_questionnaire", slug, following.value) if following else redirect(school)
    context = {"school": school, "peculiarity": peculiarity, "form": form, "history": history(school, peculiarity, coordinates=coordinates)}
    return render(request, "schools/questionnaire.html", context)
