"""The outermost door: what a client claims about its encoding breaks nothing."""

from typing import Any

import pytest
from django.test import RequestFactory

from network_portal.wsgi import application, plain_content_type


PARTS = b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n+2AA-\r\n--XX--\r\n'


def answer(path: str, content_type: str, body: bytes | None = None) -> str:
    """The status of an answer to a request with exactly this Content-Type: the test client would refuse to make it."""
    ask = RequestFactory()
    environ: dict[str, Any] = ask.get(path).environ if body is None else ask.generic("POST", path, body).environ
    said: list[str] = []
    list(application({**environ, "CONTENT_TYPE": content_type}, lambda status, headers, *rest: said.append(status)))
    return said[0]


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["charset=hex", "charset=rot13", "charset=utf-7", "charset=undefined", "charset*=nope''utf-8", "x*=nope''a"])
def test_a_strange_charset_is_no_error_of_the_server(charset: str) -> None:
    assert answer("/robots.txt?q=%41", f"text/plain; {charset}") == "200 OK"
    assert answer("/search/?q=%41", f"text/plain; {charset}") == "200 OK"
    # No token: the CSRF check has read the whole form.
    for kind, body in (("multipart/form-data; boundary=XX", PARTS), ("application/x-www-form-urlencoded", b"a=1"), ("text/plain", b"a")):
        assert answer("/accounts/login/", f"{kind}; {charset}", body) == "403 Forbidden"


def test_the_boundary_stays() -> None:
    assert plain_content_type('multipart/form-data; charset=hex; boundary="a b"') == 'multipart/form-data; boundary="a b"'
    assert plain_content_type("multipart/form-data; BOUNDARY=----WebKit1;charset=utf-8") == "multipart/form-data; BOUNDARY=----WebKit1"
    assert plain_content_type("text/html; charset=utf-8") == "text/html"
