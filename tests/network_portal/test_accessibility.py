"""The reader's wishes: closed values in one cookie, Russian unless asked otherwise, and no way out of the portal."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from network_portal.accessibility.preferences import CHOICES, COOKIE_NAME, DEFAULTS, Preferences, parse_preferences
from network_portal.accessibility.views import safe_path

pytestmark = pytest.mark.urls("tests.network_portal.test_look")
PAGE = "/accessibility/"


@given(st.builds(Preferences, **{name: st.sampled_from(values) for name, values in CHOICES.items()}))
def test_cookie_says_what_was_chosen(prefs: Preferences) -> None:
    assert parse_preferences(prefs.to_cookie()) == prefs


@given(st.text())
def test_any_cookie_is_read_as_closed_values(text: str) -> None:
    prefs = parse_preferences(text)
    assert all(getattr(prefs, name) in values for name, values in CHOICES.items())


@pytest.mark.parametrize("cookie", ["", "size:900", "size", "colour:red", 'scheme:"><script>', "size:150" * 100])
def test_foreign_cookie_means_the_defaults(cookie: str) -> None:
    assert parse_preferences(cookie) == DEFAULTS


def test_settings_are_kept_in_one_cookie_and_shown(client: Client) -> None:
    answer = client.post(PAGE, {"scheme": "wb", "size": "150", "space": "2", "images": "off", "theme": "auto", "font": "sans", "lang": "ru"}, follow=True)
    cookie = client.cookies[COOKIE_NAME]
    assert cookie.value == "scheme:wb.size:150.space:2.images:off"
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Lax", True, 31_536_000)
    page = answer.content.decode()
    assert '<html lang="ru" data-scheme="wb" data-size="150" data-space="2" data-images="off">' in page
    assert "Настройки сохранены" in page


def test_one_group_alone_leaves_the_others(client: Client) -> None:
    client.cookies[COOKIE_NAME] = "scheme:wb.lang:en"
    client.post(PAGE, {"size": "200"})
    assert client.cookies[COOKIE_NAME].value == "scheme:wb.size:200.lang:en"


def test_usual_version_takes_the_cookie_away(client: Client) -> None:
    client.cookies[COOKIE_NAME] = "scheme:wb.size:200"
    page = client.post(PAGE, {"reset": "1", "size": "200"}, follow=True).content.decode()
    assert client.cookies[COOKIE_NAME].value == ""
    assert '<html lang="ru">' in page


def test_unknown_value_is_a_form_error(client: Client) -> None:
    answer = client.post(PAGE, "size=900%00&scheme=%ED%A0%80", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert COOKIE_NAME not in client.cookies
    assert "data-errors" in answer.content.decode()


def test_settings_of_another_site_are_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(PAGE, {"size": "200"}).status_code == 403


def test_browser_language_is_not_a_choice(client: Client) -> None:
    answer = client.get("/", headers={"accept-language": "en"})
    assert '<html lang="ru">' in answer.content.decode()
    assert answer.headers["Content-Language"] == "ru"
    assert "Cookie" in answer.headers["Vary"]


def test_language_link_leads_back(client: Client) -> None:
    answer = client.get(PAGE + "language/en/", headers={"referer": "http://testserver/materials/?q=%D1%82%D0%BE%D0%BA"})
    assert answer.url == "/materials/?q=%D1%82%D0%BE%D0%BA"
    assert client.cookies[COOKIE_NAME].value == "lang:en"
    page = client.get("/").content.decode()
    assert '<html lang="en">' in page
    assert "Materials" in page
    assert 'hreflang="ru"' in page


@pytest.mark.parametrize(
    "referer",
    ["http://evil.example/x", "http://testserver.evil.example/", "http://testserver//evil.example", "http://[", "", "http://testserver/accessibility/"],
)
def test_language_link_of_a_foreign_page_leads_home(client: Client, referer: str) -> None:
    assert client.get(PAGE + "language/en/", headers={"referer": referer}).url == "/"


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil", "javascript:x", "/a\r\nSet-Cookie: x", "/" + "a" * 9000, "x/y", "/\x00"],
)
def test_only_own_paths_are_safe(address: str) -> None:
    assert safe_path(address) == ""


def test_own_path_is_safe(client: Client) -> None:
    assert safe_path("/materials/?page=2") == "/materials/?page=2"
    assert 'href="/materials/?page=2"' in client.get(PAGE, {"next": "/materials/?page=2"}).content.decode()
    assert "evil" not in client.get(PAGE, {"next": "//evil.example"}).content.decode()


def test_unknown_language_is_absent(client: Client) -> None:
    assert client.get(PAGE + "language/de/").status_code == 404
