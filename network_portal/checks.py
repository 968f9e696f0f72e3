"""What must be true before the portal may serve people in earnest (trust.md 23)."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def production_is_safe(app_configs: Any, **kwargs: Any) -> list[Error]:
    """With PRODUCTION=1 the portal refuses to start with unsafe values; without it nothing is asked."""
    if not settings.PRODUCTION:
        return []
    problems = [
        (
            settings.SECRET_KEY == settings.INSECURE_SECRET_KEY or len(settings.SECRET_KEY) < 50,
            "SECRET_KEY",
            "set a random SECRET_KEY of at least 50 characters",
        ),
        (settings.DEBUG, "DEBUG", "DEBUG must be off"),
        (not set(settings.ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "[::1]"}, "ALLOWED_HOSTS", "name the portal's hosts in ALLOWED_HOSTS"),
        ("*" in settings.ALLOWED_HOSTS, "ALLOWED_HOSTS_ANY", "ALLOWED_HOSTS may not be *"),
        (not settings.SITE_URL.startswith("https://"), "SITE_URL", "SITE_URL must begin with https://"),
        (
            not all([settings.OPERATOR_NAME, settings.OPERATOR_ADDRESS, settings.OPERATOR_EMAIL]),
            "OPERATOR",
            "set OPERATOR_NAME, OPERATOR_ADDRESS and OPERATOR_EMAIL: who answers for the personal data",
        ),
    ]
    return [Error(text, id=f"portal.{code}") for wrong, code, text in problems if wrong]
