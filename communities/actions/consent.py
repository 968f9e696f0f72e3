"""Giving and withdrawing consents: acts of their own, to one exact text (trust.md 18)."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.actions.audit import write_audit
from communities.models import Consent, ConsentText, Teacher
from communities.models.consent import Purpose


def current_text(purpose: Purpose | str) -> ConsentText:
    """The newest version of a consent's text. Raises `ConsentText.DoesNotExist`."""
    return ConsentText.objects.filter(purpose=purpose).latest("version")


def give_consent(text: ConsentText, *, by: Teacher) -> Consent:
    """`by` agrees for themself to exactly this text. Agreeing again is the first agreement; an older version's consent ends."""
    with transaction.atomic():
        by.consents.filter(text__purpose=text.purpose, withdrawn_at=None).exclude(text=text).update(withdrawn_at=timezone.now())
        try:
            with transaction.atomic():
                consent = Consent.objects.create(teacher=by, text=text)
        except IntegrityError:
            return by.consents.get(text=text, withdrawn_at=None)
        _follow(by, text.purpose, given=True)
        write_audit("give-consent", by=by, target=consent, purpose=text.purpose, version=text.version)
    return consent


def withdraw_consent(purpose: Purpose | str, *, by: Teacher) -> bool:
    """`by` takes a consent back, at once. Without the consent to processing the account is blocked and the name is published no more.

    False when there was no live consent.
    """
    with transaction.atomic():
        live = by.consents.filter(text__purpose=purpose, withdrawn_at=None)
        consent = live.first()
        if consent is None:
            return False
        live.update(withdrawn_at=timezone.now())
        _follow(by, purpose, given=False)
        write_audit("withdraw-consent", by=by, target=consent, purpose=str(purpose))
        if purpose == Purpose.PROCESSING:
            withdraw_consent(Purpose.PUBLICATION, by=by)
    return True


def _follow(teacher: Teacher, purpose: Purpose | str, *, given: bool) -> None:
    if purpose == Purpose.PUBLICATION:
        teacher.publishes_name = given
        teacher.save(update_fields=["publishes_name"])
    elif not given:
        teacher.is_active = False
        teacher.save(update_fields=["is_active"])
