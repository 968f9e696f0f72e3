"""The second factor's code of a demo account, for those who try the portal without an authenticator app."""

import time
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from network_portal.demo.personas import PERSONAS


class Command(BaseCommand):
    help = "Print the current one-time code of a demo account; refused in production and for anybody else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("persona", choices=[persona.key for persona in PERSONAS])

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("this is a production portal: its second factors are nobody's to print")
        authenticator = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__email=f"{options['persona']}@example.org").first()
        if authenticator is None:
            raise CommandError("this account has no second factor")
        secret = get_adapter().decrypt(authenticator.data["secret"])
        self.stdout.write(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
