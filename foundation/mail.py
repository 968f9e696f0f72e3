"""Mail goes through the job queue: a request never waits for a mail server, and an answer takes the same time with and without a mail.

`QueueBackend` puts a message into the queue; the worker sends it by `settings.MAIL_DELIVERY_BACKEND` (SMTP, or files in a folder).
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django_tasks import task


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
def deliver(subject: str, body: str, html: str, sender: str, to: list[str], headers: dict[str, Any]) -> None:
    """Send one message now. A mail server that does not answer fails the job, which says so in the queue."""
    message = EmailMultiAlternatives(subject, body, sender, to, headers=headers, connection=get_connection(settings.MAIL_DELIVERY_BACKEND))
    if html:
        message.attach_alternative(html, "text/html")
    message.send()
