"""A certificate as tagged PDF (PDF/UA-1), made on request from its frozen facts."""

import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from events.models import Certificate
from foundation.streams import Sink

TEMPLATE = Path(__file__).with_name("certificate.typ").read_bytes()

# A compiler keeps fonts and layouts between papers; each thread of the server has its own.
_own = threading.local()


def _compiler() -> typst.Compiler:
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(ignore_system_fonts=True)
    return _own.compiler


def check_address(certificate: Certificate) -> str:
    """Where anybody checks it."""
    return settings.SITE_URL + reverse("verify_paper", args=[certificate.code])


def certificate_pdf(certificate: Certificate) -> bytes:
    """A4 across, Russian, with the QR code of the check page. About 15 ms."""
    return paper_pdf(certificate.facts, number=str(certificate), address=check_address(certificate), stamp=int(certificate.issued_at.timestamp()))


def paper_pdf(facts: dict[str, str], *, number: str, address: str, stamp: int) -> bytes:
    """The paper that these facts make; a preview has neither number nor address of its own."""
    with translation.override("ru"):
        labels = {"check": _("Check"), "qr": _("Code that leads to the check of this paper")}
    qr = segno.make(address, micro=False).svg_inline(scale=4, border=2)
    data = {**facts, "number": number, "address": address, "labels": labels, "qr": qr}
    made = _compiler().compile(TEMPLATE, format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["ua-1"], timestamp=stamp)
    if not isinstance(made, bytes):
        raise TypeError("one document was expected")
    return made


def papers_zip(certificates: Iterable[Certificate]) -> Iterator[bytes]:
    """All of them as a ZIP, paper by paper: memory holds one of them."""
    sink = Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]
        for certificate in certificates:
            archive.writestr(f"{certificate.year}-{certificate.number:05d}.pdf", certificate_pdf(certificate))
            yield sink.take()
    yield sink.take()
