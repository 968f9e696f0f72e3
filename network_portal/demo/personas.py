"""The people a visitor of the demo signs in as: one per role, the same addresses in every demo."""

import base64
import hashlib
from dataclasses import dataclass

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from communities.models import Teacher

PASSWORD = "ozero-klass-tetrad-26"  # noqa: S105 - printed by bin/start; a production database is refused


@dataclass(frozen=True)
class Persona:
    """`key` names it in the manifest; `place` says which part of the region it gets."""

    key: str
    role: str
    last_name: str
    first_name: str
    middle_name: str
    position: str
    subjects: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


PERSONAS = (
    Persona("teacher", "teacher", "Власова", "Анна", "Сергеевна", "teacher", ("physics", "astronomy")),
    Persona("coordinator", "coordinator", "Мельник", "Татьяна", "Ивановна", "deputy", ("biology",)),
    Persona("head", "head", "Кравцов", "Илья", "Петрович", "head", ("history",)),
    Persona("leader", "leader", "Литвинова", "Ольга", "Викторовна", "teacher", ("physics",)),
    Persona("outsider", "teacher", "Галиев", "Руслан", "Маратович", "teacher", ("geography",)),
    Persona("methodist", "methodist", "Орлова", "Светлана", "Карповна", "methodist"),
    Persona("administrator", "administrator", "Яшин", "Дмитрий", "Андреевич", "methodist"),
    Persona("newcomer", "unconfirmed", "Ахметова", "Нина", "Рашидовна", "teacher", ("chemistry",)),
)


def totp_secret(persona: Persona, seed: int) -> str | None:
    """The second factor of those who must have one; the same for the same seed."""
    if persona.role not in ("methodist", "administrator"):
        return None
    return base64.b32encode(hashlib.sha256(f"{persona.key}:{seed}".encode()).digest()[:20]).decode()


def give_second_factor(teacher: Teacher, secret: str) -> None:
    """The TOTP secret and printable recovery codes, as the set-up page would write them."""
    Authenticator.objects.create(user=teacher, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(secret)})
    RecoveryCodes.activate(teacher)
