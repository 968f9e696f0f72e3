"""The outermost door: what a client claims about its encoding breaks nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from network_portal.wsgi import only_utf8, plain_content_type

PARTS = b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n+2AA-\r\n--XX--\r\n'


def read(kind: str, body: bytes) -> WSGIRequest:
    """The request as Django gets it from the door; the test client itself would refuse to make one with such a Content-Type."""
    behind: list[WSGIRequest] = []
    environ = RequestFactory().generic("POST", "/search/?q=%41", body).environ

    def portal(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        behind.append(WSGIRequest(environ))
        return []

    only_utf8(portal)({**environ, "CONTENT_TYPE": kind}, lambda status, headers: None)
    return behind[0]


@pytest.mark.parametrize("charset", ["charset=hex", "charset=rot13", "charset=utf-7", "charset=undefined", "charset*=nope''utf-8", "x*=nope''a"])
def test_a_strange_charset_is_no_error_of_the_server(charset: str) -> None:
    request = read(f"multipart/form-data; {charset}; boundary=XX", PARTS)
    assert request.GET["q"] == "A"
    assert request.POST["a"] == "+2AA-"
    assert read(f"application/x-www-form-urlencoded; {charset}", b"a=1").POST["a"] == "1"


def test_the_boundary_stays() -> None:
    assert plain_content_type('multipart/form-data; charset=hex; boundary="a b"') == 'multipart/form-data; boundary="a b"'
    assert plain_content_type("multipart/form-data; BOUNDARY=----WebKit1;charset=utf-8") == "multipart/form-data; BOUNDARY=----WebKit1"
    assert plain_content_type("text/html; charset=utf-8") == "text/html"
