"""Routes of plans, events, contests, papers and best-practice schools, noun by noun."""

from django.urls import URLPattern, URLResolver

from events import urls_best_practice, urls_certificates, urls_contest, urls_events, urls_plans, urls_projects

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_events.urlpatterns,
    *urls_plans.urlpatterns,
    *urls_contest.urlpatterns,
    *urls_certificates.urlpatterns,
    *urls_best_practice.urlpatterns,
    *urls_projects.urlpatterns,
]
