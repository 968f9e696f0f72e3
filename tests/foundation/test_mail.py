"""Mail goes through the queue and arrives as it was written."""

from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives

from foundation.mail import QueueBackend


@pytest.fixture(autouse=True)
def delivery(settings: Any) -> None:
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_a_message_arrives_through_the_queue() -> None:
    message = EmailMultiAlternatives("Тема", "Текст", "portal@example.org", ["anna@example.org"], headers={"Auto-Submitted": "auto-generated"})
    message.attach_alternative("<p>Текст</p>", "text/html")
    assert QueueBackend().send_messages([message]) == 1
    sent = mail.outbox[0]
    assert (sent.subject, sent.body, sent.to, sent.from_email) == ("Тема", "Текст", ["anna@example.org"], "portal@example.org")
    assert sent.alternatives[0][0] == "<p>Текст</p>"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_request_only_queues(settings: Any, db: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    QueueBackend().send_messages([EmailMessage("Тема", "Текст", to=["anna@example.org"])])
    assert mail.outbox == []


def test_attachments_are_refused() -> None:
    message = EmailMessage("Тема", "Текст", to=["anna@example.org"])
    message.attach("файл.txt", "содержимое", "text/plain")
    with pytest.raises(ValueError, match="no attachments"):
        QueueBackend().send_messages([message])
