"""Best-practice schools: the directory, a page of one, beginning and closing it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.models import School
from communities.views.community import refuse
from events.access_best_practice import may_open_best_practice, may_run_best_practice
from events.actions.best_practice import close_best_practice, edit_best_practice, open_best_practice, reopen_best_practice
from events.best_practice_outcomes import calls_of, outcomes_of
from events.filters_best_practice import BestPracticeFilter
from events.forms.best_practice import BestPracticeForm
from events.models import BestPracticeSchool, Cohort, Enrolment
from foundation.policy import policy
from resources.models import Material

PAGE_SIZE, WORKS = 20, 12


@policy("public")
def best_practice_list(request: HttpRequest) -> HttpResponse:
    """The directory, with what came of each school; those that take applications stand out."""
    reader = request.user
    schools = BestPracticeSchool.objects.visible_to(reader).open().for_list()
    found = BestPracticeFilter(request.GET, queryset=schools)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    outcomes, calls = outcomes_of(shown), calls_of(shown)
    rows = [{"school": school, "outcomes": outcomes[school.pk], "call": calls.get(school.pk)} for school in shown]
    context = {"filter": found, "page": page, "rows": rows, "may_open": may_open_best_practice(reader)}
    return render(request, "best_practice/best_practice_list.html", context)


@policy("public")
def best_practice_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The passport: theme, curriculum, cohorts, works and outcomes; a wrong slug leads to the right address."""
    reader = request.user
    school = best_practice_or_404(request, pk)
    if slug != school.slug:
        return redirect(school, permanent=True)
    cohorts = list(Cohort.objects.visible_to(reader).filter(best_practice_school=school))
    context = {
        "school": school,
        "leaders": list(school.leaders.all()),
        "cohorts": cohorts,
        "curriculum": list(cohorts[0].sessions.select_related("leader", "event")) if cohorts else [],
        "call": next((cohort for cohort in cohorts if cohort.is_calling), None),
        "outcomes": outcomes_of([school])[school.pk],
        "works": list(_works(request, school)),
        "runs": may_run_best_practice(reader, school),
    }
    return render(request, "best_practice/best_practice_detail.html", context)


def _works(request: HttpRequest, school: BestPracticeSchool) -> list[Material]:
    """Published works of participants that the reader may see, the newest first."""
    handed = Enrolment.objects.filter(cohort__best_practice_school=school, work__isnull=False).values("work_id")
    return list(Material.objects.visible_to(request.user).published().filter(pk__in=handed).order_by("-published_on", "-pk")[:WORKS])


@policy("teacher", methods=["GET", "POST"])
def best_practice_new(request: HttpRequest) -> HttpResponse:
    person = request.user
    refuse(may_open_best_practice(person))
    schools = School.objects.visible_to(person).open().order_by("short_name")
    if not person.is_methodist:
        schools = schools.filter(pk__in=person.coordinated_school_ids)
    form = BestPracticeForm(request.POST if request.method == "POST" else None, schools=schools)
    if request.method == "POST" and form.is_valid():
        school = open_best_practice(form.cleaned_data.pop("host_school"), by=person, **form.cleaned_data)
        messages.success(request, _("Now prepare the first cohort and its curriculum. Nobody sees the school until you announce it."))
        return redirect("cohort_new", pk=school.pk)
    return render(request, "best_practice/best_practice_form.html", {"form": form})


@policy("teacher", methods=["GET", "POST"])
def best_practice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    school = run_or_403(request, pk)
    form = BestPracticeForm(request.POST if request.method == "POST" else None, schools=School.objects.none(), best_practice=school)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Saved."))
        return redirect(edit_best_practice(school, by=request.user, **form.cleaned_data))
    return render(request, "best_practice/best_practice_form.html", {"form": form, "school": school})


@policy("teacher", methods=["GET", "POST"])
def best_practice_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more; a closed one is opened again with the same button."""
    school = run_or_403(request, pk)
    if request.method == "POST":
        try:
            if school.closed_on:
                reopen_best_practice(school, by=request.user)
            else:
                close_best_practice(school, by=request.user)
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
        return redirect(school)
    return render(request, "best_practice/best_practice_close.html", {"school": school})


def best_practice_or_404(request: HttpRequest, pk: int) -> BestPracticeSchool:
    """The best-practice school of an address."""
    return get_object_or_404(BestPracticeSchool.objects.visible_to(request.user).for_list().prefetch_related("leaders"), pk=pk)


def run_or_403(request: HttpRequest, pk: int) -> BestPracticeSchool:
    """The same, for who runs it."""
    school = best_practice_or_404(request, pk)
    refuse(may_run_best_practice(request.user, school))
    return school
