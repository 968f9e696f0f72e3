"""One-time codes on paper for teachers without an own e-mail: issued by a coordinator, redeemed once (trust.md 17)."""

import datetime
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.audit import write_audit
from communities.actions.consent import give_consent
from communities.actions.employment import employ_teacher
from communities.models import ConsentText, Employment, PaperCode, Position, School, Teacher
from communities.slugs import latin_slug
from foundation.text_search.folding import fold

# 29 signs without look-alikes (no 0/O, 1/I, 2/Z, 5/S, 8/B pairs): four groups of four are 77 bits.
ALPHABET = "23456789ACDEFGHJKLMNPQRTUVWXY"
GROUPS, GROUP_LENGTH = 4, 4
LIFETIME = datetime.timedelta(days=14)
MAX_FAILURES = 5
# Cyrillic letters that look like Latin ones: a code typed with the wrong keyboard layout still opens.
LOOK_ALIKE = str.maketrans("АЕКМНРСТУХ", "AEKMHPCTYX")
LOGIN_TRIES = 20


def tidy_code(typed: str) -> str:
    """What a person typed, as it was printed: upper case, Latin, without hyphens and spaces."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum())
    return plain.translate(LOOK_ALIKE)


def new_code() -> str:
    """A fresh code in printed form: XXXX-XXXX-XXXX-XXXX."""
    return "-".join("".join(secrets.choice(ALPHABET) for _sign in range(GROUP_LENGTH)) for _group in range(GROUPS))


def add_teacher_on_paper(
    school: School, *, by: Teacher, last_name: str, first_name: str, middle_name: str = "", position: Position | None = None
) -> tuple[Employment, str]:
    """A confirmed teacher without an e-mail, and the code to print; it cannot be read again.

    Raises `ValidationError` when somebody of that name works at the school already: their code is issued anew instead.
    """
    name = fold(f"{last_name} {first_name} {middle_name}")
    if Employment.objects.filter(school=school, ended_on=None, teacher__folded_name=name).exists():
        raise ValidationError(_("A person with this name is on the school's list already. Issue a new code there."), code="named")
    with transaction.atomic():
        teacher = _with_new_login(last_name=last_name, first_name=first_name, middle_name=middle_name, position=position)
        place = employ_teacher(teacher, school, by=by, position=position)
        code = issue_paper_code(teacher, by=by)
    return place, code


def _with_new_login(*, last_name: str, **names: Any) -> Teacher:
    """A new person whose login is the transliterated last name and digits; the unique constraint decides whether it is free."""
    base = latin_slug(last_name, max_length=24) or "teacher"
    for _attempt in range(LOGIN_TRIES):
        try:
            with transaction.atomic():
                return Teacher.objects.create_user(None, login=f"{base}-{secrets.randbelow(9000) + 1000}", last_name=last_name, **names)
        except IntegrityError:
            continue
    raise ValidationError(_("No free login was found. Please try again."), code="login")


def issue_paper_code(teacher: Teacher, *, by: Teacher) -> str:
    """A new code for `teacher`, valid for 14 days; earlier ones stop working. Only its salted hash is kept."""
    code, now = new_code(), timezone.now()
    with transaction.atomic():
        teacher.paper_codes.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
        issued = PaperCode.objects.create(teacher=teacher, code_hash=make_password(tidy_code(code)), issued_by=by, issued_at=now, expires_at=now + LIFETIME)
        write_audit("issue-paper-code", by=by, target=issued, teacher=teacher.pk)
    return code


def redeem_paper_code(login: str, code: str, *, password: str, consents: Iterable[ConsentText]) -> Teacher | None:
    """Set the password of the person with this login and code, keep their consents, use the code up.

    None when login or code is wrong, expired, used or tried too often: nobody learns which. Every try is paid for before the code
    is looked at, so that parallel guesses count too. Raises `ValidationError` for a password too like the person's names.
    """
    tidy = tidy_code(code)
    issued = _open_codes().filter(teacher__login=login.strip().lower()).select_related("teacher").order_by("-id").first()
    if issued is None:
        make_password(tidy)  # the same time as a wrong code takes
        return None
    if not _open_codes().filter(pk=issued.pk).update(failures=models.F("failures") + 1):
        return None
    if not check_password(tidy, issued.code_hash):
        return None
    PaperCode.objects.filter(pk=issued.pk).update(failures=models.F("failures") - 1)
    validate_password(password, issued.teacher)
    return use_code(issued, password=password, consents=consents)


def _open_codes() -> models.QuerySet[PaperCode]:
    return PaperCode.objects.filter(used_at=None, expires_at__gt=timezone.now(), failures__lt=MAX_FAILURES, teacher__is_active=True, teacher__erased_at=None)


def use_code(issued: PaperCode, *, password: str, consents: Iterable[ConsentText]) -> Teacher | None:
    """Use up a code that was found right; None when somebody used it a moment before."""
    teacher = issued.teacher
    with transaction.atomic():
        if not PaperCode.objects.filter(pk=issued.pk, used_at=None).update(used_at=timezone.now()):
            return None
        teacher.set_password(password)
        teacher.save(update_fields=["password"])
        for text in consents:
            give_consent(text, by=teacher)
        write_audit("use-paper-code", by=teacher, target=issued)
    return teacher
