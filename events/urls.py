"""Routes of plans, events, contests, best-practice schools and projects, noun by noun."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
