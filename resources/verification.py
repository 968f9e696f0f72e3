"""Checking a paper by its code: what the public page may say."""

import re
from collections.abc import Callable
from typing import Any

from resources.models import Attestation
from resources.papers.attestation import control_sum, is_intact

SIGNS, GROUP = 32, 4
_ALPHABET = re.compile(rf"[23456789A-HJ-NP-Z]{{{SIGNS}}}")
# Capitals of a Russian keyboard that look like those of the code.
_LOOKALIKES = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
_BETWEEN = re.compile(r"[\s\-–—‑.]+")


def canonical_code(typed: str) -> str:
    """The code as it is stored: case, hyphens and a Russian keyboard forgiven. Empty when it cannot be a code."""
    signs = _BETWEEN.sub("", typed[:200]).upper().translate(_LOOKALIKES)
    if not _ALPHABET.fullmatch(signs):
        return ""
    return "-".join(signs[start : start + GROUP] for start in range(0, SIGNS, GROUP))


def paper_by_code(typed: str) -> Attestation | None:
    """The paper, valid or revoked; None for an unknown code and for the paper of an erased person. One query."""
    code = canonical_code(typed)
    return Attestation.objects.filter(code=code, teacher__erased_at=None).first() if code else None


# What other rooms issue: `finder(code)` gives what a stranger may learn of the paper with this canonical code, with its `template`, or None.
finders: list[Callable[[str], dict[str, Any] | None]] = []


def statement_by_code(typed: str) -> dict[str, Any] | None:
    """What a stranger learns of any paper of the portal; None for an unknown code. A query for each kind of paper."""
    code = canonical_code(typed)
    if not code:
        return None
    paper = paper_by_code(code)
    if paper is not None:
        statement = public_statement(paper)
        return {"template": "verify/paper.html", "code": paper.code, "sum": control_sum(statement), **statement}
    return next((found for finder in finders if (found := finder(code)) is not None), None)


def public_statement(attestation: Attestation) -> dict[str, Any]:
    """What a stranger learns: state, day, masked name, figures without titles. A paper whose stored facts were changed confirms nothing.

    A revoked paper says that it is revoked and why, and no more than that.
    """
    if attestation.revoked_at:
        reason = attestation.get_revoked_for_display()  # type: ignore[attr-defined]
        return {"state": "revoked", "issued_at": attestation.issued_at, "revoked_at": attestation.revoked_at, "reason": reason}
    if not is_intact(attestation.facts):
        return {"state": "damaged", "issued_at": attestation.issued_at}
    facts = attestation.facts
    figures = [(words, number) for section in facts["sections"] for words, number in section["totals"]]
    return {"state": "valid", "issued_at": attestation.issued_at, "masked": facts["masked"], "figures": figures, "sha256": facts["sha256"]}
