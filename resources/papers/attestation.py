"""What a confirmation for attestation says: every string is worked out once, on the day of issue, and frozen.

The page's preview, the PDF and the DOCX print these facts and nothing else. The paper is Russian whatever the reader's language.
"""

import datetime
import hashlib
import json
import re
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from communities.models import Teacher
from resources.models import Attestation
from resources.portfolio import Period, Section
from resources.portfolio.library import numeric

# What XML 1.0, and so a DOCX, cannot hold.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def paper_facts(teacher: Teacher, period: Period, sections: list[Section], *, on: datetime.date) -> dict[str, Any]:
    """The whole paper as strings and numbers, without its code."""
    with translation.override("ru"):
        facts = {
            "title": _("Confirmation for attestation"),
            "portal": f"{settings.PORTAL_NAME} — {settings.PORTAL_REGION}",
            "fields": [[label, words] for label, words in _fields(teacher, period, on) if words],
            "masked": masked_name(teacher),
            "opening": _("The portal confirms the following about this teacher's work in the network, as its records stood on the day of issue."),
            "sections": [_printed(section) for section in sections],
            "closing": _("Issued at the teacher's request and made by the portal from its records; valid without a signature. Anybody can check it at:"),
        }
    return _clean(facts)


def _fields(teacher: Teacher, period: Period, on: datetime.date) -> list[tuple[str, str]]:
    since = _("from %(day)s") % {"day": numeric(period.since)} + " " if period.since else ""
    operator = ", ".join(filter(None, [settings.OPERATOR_NAME, settings.OPERATOR_ADDRESS, settings.OPERATOR_EMAIL]))
    return [
        (_("Teacher"), str(teacher)),
        (_("Position"), capfirst(str(teacher.position or ""))),
        (_("Place of work"), teacher.school.name if teacher.school else ""),
        (_("Period"), since + _("to %(day)s") % {"day": numeric(period.until)}),
        (_("Issued on"), numeric(on)),
        (_("Issued by"), operator or _("trial installation without an operator")),
    ]


def _printed(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "columns": section.columns,
        "rows": [row.cells for row in section.rows],
        "totals": [[words, number] for words, number in section.totals()],
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(_UNPRINTABLE.sub("", value).split())
    if isinstance(value, list):
        return [_clean(entry) for entry in value]
    return {key: _clean(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def masked_name(teacher: Teacher) -> str:
    """«В*** А. И.»: enough to compare with the paper, too little to learn a name."""
    initials = " ".join(f"{name[0]}." for name in (teacher.first_name.strip(), teacher.middle_name.strip()) if name)
    return f"{teacher.last_name.strip()[:1]}*** {initials}".strip()


def digest(facts: dict[str, Any]) -> str:
    """SHA-256 of the facts, in hex; what `freeze` added is left out."""
    plain = {key: value for key, value in facts.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def freeze(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with their own control sum, as they go into the database and onto the paper."""
    return {**facts, "sha256": digest(facts)}


def is_intact(facts: dict[str, Any]) -> bool:
    """Whether the stored facts are those that were issued."""
    return digest(facts) == facts.get("sha256")


def check_url(attestation: Attestation) -> str:
    """The address in the QR code: under SITE_URL, never the Host header."""
    return settings.SITE_URL + reverse("verify_paper", args=[attestation.code])


def control_sum(facts: dict[str, Any]) -> str:
    """The SHA-256 in groups of eight, as people compare it."""
    sha = str(facts.get("sha256", ""))
    return " ".join(sha[start : start + 8] for start in range(0, len(sha), 8))


def labels() -> dict[str, str]:
    """Words of the paper's foot."""
    with translation.override("ru"):
        return {"code": _("Code of the paper"), "sum": _("Control sum (SHA-256)"), "qr": _("QR code with the address of the check"), "page": _("Page")}
