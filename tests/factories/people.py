"""People, schools and communities for tests: real rows, no password unless asked for."""

import datetime
import itertools
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt

from communities.models import Community, Consent, ConsentText, EducationLevel, Employment, Membership, MembershipRole, Municipality, School, Subject, Teacher
from foundation.models import ReferenceItem

TOTP_SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD = "ручка-тетрадь-доска-7"
LONG_AGO = datetime.date(2024, 9, 1)

_numbers = itertools.count(1)


def item(model: type[ReferenceItem], code: str, **fields: Any) -> Any:
    """An entry of a closed list, from the data migration if it brought one."""
    return model.objects.get_or_create(code=code, defaults={"name_ru": code, "name_en": code, **fields})[0]


def make_level(code: str = "basic") -> EducationLevel:
    first, last = {"primary": (1, 4), "basic": (5, 9), "secondary": (10, 11)}[code]
    return item(EducationLevel, code, grade_from=first, grade_to=last)


def make_municipality(name: str = "Верхнереченский район", **fields: Any) -> Municipality:
    return Municipality.objects.create(name=name, slug=fields.pop("slug", f"municipality-{next(_numbers)}"), **fields)


def make_school(short_name: str = "Школа", *, municipality: Municipality | None = None, levels: tuple[str, ...] = ("basic",), **fields: Any) -> School:
    """A school in its own municipality unless one is given."""
    number = next(_numbers)
    values = {"name": f"{short_name} (полное название)", "slug": f"school-{number}", "joined_on": LONG_AGO, **fields}
    school = School.objects.create(short_name=short_name, municipality=municipality or make_municipality(f"Район {number}"), **values)
    school.education_levels.set([make_level(code) for code in levels])
    return school


def employ(teacher: Teacher, school: School, *, confirmed: bool = True, **fields: Any) -> Employment:
    """A workplace; the first confirmed one becomes the teacher's school, as the employment actions do it."""
    place = Employment.objects.create(teacher=teacher, school=school, started_on=LONG_AGO, confirmed_on=LONG_AGO if confirmed else None, **fields)
    if confirmed and teacher.school_id is None:
        teacher.school, teacher.confirmed_on = school, teacher.confirmed_on or LONG_AGO
        teacher.save(update_fields=["school", "confirmed_on"])
    return place


def make_teacher(
    last_name: str = "Петрова", first_name: str = "Ольга", *, school: School | None = None, confirmed: bool = True, password: str | None = None, **fields: Any
) -> Teacher:
    """A person with a confirmed e-mail; works at `school` (as head or coordinator when `is_head`, `is_coordinator` say so)."""
    email = fields.pop("email", f"person-{next(_numbers)}@example.org")
    place = {key: fields.pop(key) for key in ("is_head", "is_coordinator") if key in fields}
    teacher = Teacher.objects.create_user(email, password, last_name=last_name, first_name=first_name, confirmed_on=LONG_AGO if confirmed else None, **fields)
    if email:
        EmailAddress.objects.create(user=teacher, email=email, verified=True, primary=True)
    if school is not None:
        employ(teacher, school, confirmed=confirmed, **place)
    return teacher


def give_second_factor(teacher: Teacher) -> None:
    """A set-up TOTP, without which methodists and administrators get nowhere."""
    Authenticator.objects.create(user=teacher, type=Authenticator.Type.TOTP, data={"secret": encrypt(TOTP_SECRET)})


def give_consent(teacher: Teacher, purpose: str) -> Consent:
    """A live consent to the newest text of `purpose`."""
    text = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
    text = text or ConsentText.objects.create(purpose=purpose, version=1, text_ru="Текст", text_en="Text", sha256="0" * 64)
    if purpose == "publication":
        teacher.publishes_name = True
        teacher.save(update_fields=["publishes_name"])
    return Consent.objects.create(teacher=teacher, text=text)


def make_community(name: str = "Физика рядом", *, subject: str = "physics", **fields: Any) -> Community:
    """An open subject community (pass `problem_area=…, subject=""` and `kind="problem"` for the other kind)."""
    area = {"kind": "subject", "subject": item(Subject, subject)} if subject else {}
    values = {"goal": "Вести физику вместе там, где учитель один", "slug": f"community-{next(_numbers)}", "founded_on": LONG_AGO, **area, **fields}
    return Community.objects.create(name=name, **values)


def join(community: Community, teacher: Teacher, role: str = "member") -> Membership:
    """A current membership with the dated history of its role."""
    membership = Membership.objects.create(community=community, teacher=teacher, role=role, joined_on=LONG_AGO, self_joined=True)
    MembershipRole.objects.create(membership=membership, role=role, since=LONG_AGO)
    return membership
