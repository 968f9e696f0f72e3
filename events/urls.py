"""Routes of plans, events, contests, best-practice schools and projects, noun by noun."""

from django.urls import URLPattern, URLResolver

from events import urls_best_practice

urlpatterns: list[URLPattern | URLResolver] = [*urls_best_practice.urlpatterns]
