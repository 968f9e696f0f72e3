"""Mail goes through the job queue: a request never waits for a mail server, and an answer takes the same time with and without a mail.

`QueueBackend` puts a message into the queue; the worker sends it by `settings.MAIL_DELIVERY_BACKEND` (SMTP, or files in a folder).
"""

import datetime
from collections.abc import Sequence
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django_tasks import task

# Minutes after which a letter is tried again.
AGAIN = (5, 30, 120, 480)


class QueueBackend(BaseEmailBackend):
    """Django's mail backend of the portal. Text and HTML bodies are kept; attachments are refused, since nobody needs them here."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if message.attachments:
                raise ValueError("the mail queue carries no attachments")
            deliver.enqueue(
                subject=str(message.subject),
                body=str(message.body),
                html=next((str(part.content) for part in getattr(message, "alternatives", []) if part.mimetype == "text/html"), ""),
                sender=message.from_email,
                to=list(message.to),
                headers=dict(message.extra_headers),
            )
        return len(email_messages)


@task()
def deliver(subject: str, body: str, html: str, sender: str, to: list[str], headers: dict[str, Any], attempt: int = 0) -> None:
    """Send one message now. A server that is away or busy gets it later; one that refuses for good fails the job, which says so in the queue."""
    message = EmailMultiAlternatives(subject, body, sender, to, headers=headers, connection=get_connection(settings.MAIL_DELIVERY_BACKEND))
    if html:
        message.attach_alternative(html, "text/html")
    try:
        message.send()
    except OSError as failure:
        if _refused_for_good(failure) or attempt >= len(AGAIN) or not deliver.get_backend().supports_defer:
            raise
        later = deliver.using(run_after=timezone.now() + datetime.timedelta(minutes=AGAIN[attempt]))
        later.enqueue(subject=subject, body=body, html=html, sender=sender, to=to, headers=headers, attempt=attempt + 1)


def _refused_for_good(failure: OSError) -> bool:
    """Answers from 500 on are final (RFC 5321); a line that breaks or «come back later» is not."""
    if isinstance(failure, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in failure.recipients.values())
    return isinstance(failure, SMTPResponseException) and failure.smtp_code >= 500
