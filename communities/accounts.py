"""The portal's answers to allauth's questions."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.stages import EmailVerificationStage
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string

from communities.actions.teacher import register_teacher
from communities.models import Teacher

# One sign more than an e-mail may have, so that it is nobody's. SQLite refuses to compare a text of fifty thousand at all.
TOO_LONG = 255


def on_this_site(url: str) -> str:
    """The same page under SITE_URL: links in mails never follow the Host header (trust.md 11)."""
    parts = urlsplit(url)
    return settings.SITE_URL + parts.path + (f"?{parts.query}" if parts.query else "")


class OwnEmailStage(EmailVerificationStage):
    """People on paper codes have no e-mail to confirm: their coordinator vouched for them."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        person = self.login.user
        if person is not None and not person.email and person.login:
            return None, True
        return super().handle()


class PortalBackend(AuthenticationBackend):
    """Brings with the account of each request what the header shows of it: no page pays a query for the bell."""

    def get_user(self, user_id: int) -> Teacher | None:
        person = Teacher.objects.with_unread().filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


class PortalAccountAdapter(DefaultAccountAdapter):
    """Registration is one transaction; links in mails come from SITE_URL; nobody gets a login name unless a paper code gives one."""

    def populate_username(self, request: HttpRequest, user: Teacher) -> None:
        user.login = None

    def save_user(self, request: HttpRequest, user: Teacher, form: BaseForm, commit: bool = True) -> Teacher:
        """The person, their consents and the workplace that waits: all of it or nothing."""
        user.middle_name = form.cleaned_data.get("middle_name", "")
        with transaction.atomic():
            user = super().save_user(request, user, form, commit=commit)
            if commit:
                register_teacher(user, **form.registration())  # type: ignore[attr-defined] # our own form, see ACCOUNT_SIGNUP_FORM_CLASS
        return user

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Teacher | None:
        # allauth tries an e-mail as a login name, too, and so hashes twice for a known account and once for an unknown one.
        if credentials.get("email"):
            credentials.pop("username", None)
        for kind in credentials.keys() & {"email", "username"}:
            credentials[kind] = credentials[kind][:TOO_LONG]
        return super().authenticate(request, **credentials)

    def send_account_already_exists_mail(self, email: str) -> None:
        # A new account hashes its password; without the same work here the time would tell which e-mails are known.
        make_password(get_random_string(12))
        super().send_account_already_exists_mail(email)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who is not confirmed yet first reads what happens next."""
        return super().get_login_redirect_url(request) if request.user.is_confirmed else reverse("workplaces")  # type: ignore[union-attr] # called after a sign-in

    def get_login_stages(self) -> list[str]:
        ours = f"{OwnEmailStage.__module__}.{OwnEmailStage.__qualname__}"
        theirs = f"{EmailVerificationStage.__module__}.{EmailVerificationStage.__qualname__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def render_mail(self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: dict[str, str] | None = None) -> EmailMessage:
        links = {key: on_this_site(value) for key, value in context.items() if key.endswith("_url") and isinstance(value, str)}
        site = {"name": settings.PORTAL_NAME, "domain": urlsplit(settings.SITE_URL).netloc}
        return super().render_mail(template_prefix, email, {**context, **links, "current_site": site}, headers)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One account, one count of wrong passwords, whatever Host header the guesser sends."""
        return (credentials.get("email") or credentials.get("username") or "").lower()
