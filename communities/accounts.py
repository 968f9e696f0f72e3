"""The portal's answers to allauth's questions."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from communities.models import Teacher


class PortalAccountAdapter(DefaultAccountAdapter):
    """Links in mails come from SITE_URL; nobody gets a login name unless a paper code gives one."""

    def populate_username(self, request: HttpRequest, user: Teacher) -> None:
        user.login = None

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        path = super().get_email_confirmation_url(request, emailconfirmation)
        return settings.SITE_URL + "/" + path.split("/", 3)[-1]

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = super().get_reset_password_from_key_url(key)
        return settings.SITE_URL + "/" + path.split("/", 3)[-1]
