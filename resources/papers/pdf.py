"""A confirmation for attestation as tagged PDF (PDF/UA-1), made on request from the frozen facts."""

import json
import threading
from pathlib import Path

import segno
import typst

from foundation.documents import column_widths
from resources.models import Attestation
from resources.papers.attestation import check_url, control_sum, labels

TEMPLATE = Path(__file__).with_name("attestation.typ").read_bytes()
# A compiler keeps fonts and layouts between papers; each thread of the server has its own.
_own = threading.local()


def _compiler() -> typst.Compiler:
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(ignore_system_fonts=True)
    return _own.compiler


def attestation_pdf(attestation: Attestation) -> bytes:
    """A4, Russian, with the QR code of the check page. About 20 ms."""
    facts, address = attestation.facts, check_url(attestation)
    data = {
        **facts,
        "sections": [{**section, "widths": column_widths([section["columns"], *section["rows"]])} for section in facts["sections"]],
        "code": attestation.code,
        "address": address,
        "sum": control_sum(facts),
        "labels": labels(),
        "qr": segno.make(address, micro=False).svg_inline(scale=4, border=2),
    }
    stamp = int(attestation.issued_at.timestamp())
    made = _compiler().compile(TEMPLATE, format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["ua-1"], timestamp=stamp)
    if not isinstance(made, bytes):
        raise TypeError("one document was expected")
    return made
