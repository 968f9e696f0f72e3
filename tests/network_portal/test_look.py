"""The look: stylesheets within the floor, one sprite, components that tell screen readers what they show, pages that stay small."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from foundation.policy import policy
from foundation.templatetags import portal
from network_portal import static_build
from network_portal.accessibility.preferences import Preferences

TEMPLATES = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
PROBE = """{% extends "base.html" %}{% block title %}Проба{% endblock %}
{% block head %}{% if request.GET.head %}<h1>Есть</h1>{% endif %}{% endblock %}"""


class Person:
    """What the tags read of a person, without a table."""

    is_authenticated = is_confirmed = True
    photo = ""

    def __init__(self, last_name: str = "Кравцов", first_name: str = "Илья", middle_name: str = "Петрович", **more: Any) -> None:
        self.last_name, self.first_name, self.middle_name, self.pk = last_name, first_name, middle_name, 1
        self.__dict__.update(more)

    def get_absolute_url(self) -> str:
        return "/teachers/1/"


@policy("public", methods=["GET", "POST"])
def probe(request: HttpRequest) -> HttpResponse:
    if "message" in request.GET:
        messages.error(request, request.GET["message"])
    template = engines["django"].from_string(PROBE)
    return HttpResponse(template.render({"user": Person()} if "teacher" in request.GET else {}, request))


urlpatterns = [
    path("", probe, name="home"),
    path("accounts/code/", probe, name="paper_code"),
    path("accounts/", include("allauth.urls")),
    path("", include("network_portal.accessibility.urls")),
]
pytestmark = pytest.mark.urls(__name__)


def render(source: str, query: str = "", **context: Any) -> str:
    request = RequestFactory().get("/" + query)
    request.user = SimpleLazyObject(Person)  # type: ignore[assignment]
    return engines["django"].from_string(source).render(context, request)


def templates() -> list[Path]:
    return [file for file in TEMPLATES.rglob("*") if file.suffix in {".html", ".txt"}]


# --- sources --------------------------------------------------------------------------------------------------------


def test_stylesheet_is_small_and_within_the_floor() -> None:
    css = static_build.bundle_css()
    assert len(css.encode()) <= 35 * 1024
    assert not re.search(r":has\(|oklch|color-mix|light-dark|@import|https?://(?!www\.w3\.org)", css)
    first_seen = list(dict.fromkeys(re.findall(r"@layer ([\w]+)\s*[{,]", css)))
    assert first_seen == ["reset", "tokens", "base", "layout", "components", "prefs", "utilities"]


def test_every_stylesheet_is_imported_once() -> None:
    imported = re.findall(r'@import "([^"]+)"', (STATIC / static_build.CSS_ENTRY).read_text())
    files = {str(file.relative_to(STATIC / "css")) for file in (STATIC / "css").rglob("*.css")} - {"app.css"}
    assert sorted(imported) == sorted(files)


def test_every_script_is_listed_once() -> None:
    own = {f"js/{file.name}" for file in (STATIC / "js").glob("*.js")} - {static_build.JS_ENTRY}
    listed = static_build.js_parts()
    assert sorted(part for part in listed if part.startswith("js/")) == sorted(own)
    assert listed[0] == "django_htmx/htmx-2.min.js"


def test_dark_colours_are_the_same_chosen_and_by_system() -> None:
    tokens = (STATIC / "css/tokens.css").read_text()
    chosen = re.search(r'html\[data-theme="dark"\] \{(.*?)\}', tokens, re.DOTALL)
    by_system = re.search(r"html:not\(\[data-theme\]\):not\(\[data-scheme\]\) \{(.*?)\}", tokens, re.DOTALL)
    assert chosen
    assert by_system
    assert chosen[1].split() == by_system[1].split()


def test_every_icon_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="i-([\w-]+)"', (STATIC / "icons.svg").read_text()))
    used = {name for file in templates() for name in re.findall(r'{% icon "([\w-]+)"', file.read_text())}
    assert used - drawn == set()
    assert "check" in used


def test_templates_hold_nothing_the_content_policy_forbids() -> None:
    forbidden = re.compile(r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*\ssrc=)|\|\s*safe\b|autoescape off""")
    assert [str(file) for file in templates() if file.suffix == ".html" and forbidden.search(file.read_text())] == []


def test_a_description_is_an_element_of_the_head() -> None:
    # Bare words there would stand above the page.
    for file in TEMPLATES.rglob("*.html"):
        for words in re.findall(r"{% block description %}(.*?){% endblock %}", file.read_text(encoding="utf-8")):
            assert re.sub(r"{%.*?%}", "", words).strip()[:6] in ("", "<meta "), file


def test_build_makes_one_stylesheet_and_one_script(settings: Any, tmp_path: Path, capsys: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    call_command("build_static")
    built = FileSystemStorage(location=tmp_path)
    assert "@import" not in built.open("css/app.css").read().decode()
    script = built.open("js/app.js").read().decode()
    assert "var htmx" in script
    assert "data-errors" in script
    assert not built.exists("css/base.css")
    assert not built.exists("js/errors.js")
    assert built.exists("icons.svg")
    call_command("build_static")
    assert "up to date" in capsys.readouterr().out


# --- the page around everything -------------------------------------------------------------------------------------


def test_page_asks_the_database_nothing(client: Client, django_assert_num_queries: Any, db: Any) -> None:
    with django_assert_num_queries(0):
        page = client.get("/").content.decode()
    assert '<html lang="ru">' in page
    assert 'href="/" aria-current="page"' in page
    assert "csrf" not in page


def test_visitor_is_asked_to_sign_in_and_teacher_to_upload(client: Client) -> None:
    visitor, teacher = client.get("/").content.decode(), client.get("/?teacher=1").content.decode()
    assert "/materials/new/" not in visitor
    assert "/teachers/" not in visitor
    assert 'href="/accounts/login/"' in visitor
    assert "/materials/new/" in teacher
    assert 'href="/teachers/"' in teacher
    assert "/accounts/logout/" in teacher
    assert "/accounts/login/" not in teacher


def test_squared_paper_only_under_a_head(client: Client) -> None:
    assert '<div class="head">' not in client.get("/").content.decode()
    assert '<div class="head"><div class="wrap"><h1>Есть</h1>' in client.get("/?head=1").content.decode()


def test_message_is_a_note_with_its_words_escaped(client: Client) -> None:
    page = client.get("/", {"message": "<b>беда</b>"}).content.decode()
    assert '<div class="note bad">' in page
    assert "&lt;b&gt;беда&lt;/b&gt;" in page


def test_absent_pages_have_the_same_bytes(client: Client) -> None:
    answers = [client.get(address) for address in ("/materials/1-hidden/", "/no/such/place/", "/schools/x/?q=<b>")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert b"csrf" not in answers[0].content
    assert "Такой страницы нет" in answers[0].content.decode()


@pytest.mark.parametrize("code", [400, 500])
def test_broken_page_needs_no_context(code: int, django_assert_num_queries: Any, db: Any) -> None:
    with translation.override("ru"), django_assert_num_queries(0):
        page = render_to_string(f"{code}.html")
    assert '<html lang="ru">' in page
    assert page.count('class="btn btn-1" href="/"') == 1


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
def test_sign_in_pages_look_like_ours(client: Client, db: Any, address: str) -> None:
    page = client.get(address).content.decode()
    assert '<header class="bar">' in page
    assert 'class="entrance panel' in page
    assert '<button class="btn btn-1" type="submit">' in page
    assert '<div class="field">' in page


# --- components -----------------------------------------------------------------------------------------------------


class ProbeForm(forms.Form):
    title = forms.CharField(label="Название", help_text="Из имени файла")
    grades = forms.MultipleChoiceField(label="Класс", choices=[("8", "8"), ("9", "9")], widget=forms.CheckboxSelectMultiple)
    agree = forms.BooleanField(label="Согласен")


def test_field_links_hint_and_error() -> None:
    html = render('{% include "components/field.html" with field=form.title %}', form=ProbeForm({"title": ""}))
    assert '<label for="id_title">Название</label>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<div class="field err">' in html


def test_group_is_a_fieldset_and_checkbox_has_its_label() -> None:
    html = render('{% include "components/form.html" %}', form=ProbeForm())
    assert '<fieldset class="field" id="id_grades"' in html
    assert "<legend>Класс</legend>" in html
    assert '<label for="id_agree"><input' in html
    assert "data-errors" not in html


def test_summary_leads_to_the_fields() -> None:
    form = ProbeForm({})
    form.add_error(None, "Вместе нельзя")
    html = render('{% include "components/errors.html" %}', form=form)
    assert re.findall(r'href="(#\w+)"', html) == ["#id_title", "#id_grades", "#id_agree"]
    assert "Вместе нельзя" in html
    assert 'role="alert" tabindex="-1"' in html


def test_pagination_keeps_parameters_and_shows_the_last() -> None:
    html = render('{% include "components/pagination.html" %}', "?q=ток&grade=8&grade=9&page=5", page=Paginator(range(700), 10).page(5))
    assert 'href="?q=%D1%82%D0%BE%D0%BA&amp;grade=8&amp;grade=9&amp;page=70"' in html
    assert '<span aria-current="page">5</span>' in html
    assert html.count("…") == 2
    assert render('{% include "components/pagination.html" %}', page=Paginator(range(5), 10).page(1)).strip() == ""


def test_links_of_this_page_are_bounded() -> None:
    query = "?" + "&".join(f"k{n}=v" for n in range(300)) + "&long=" + "x" * 5000 + "&bad=%ED%A0%80"
    assert len(render("{% url_with page=2 %}", query)) < 40 * 12
    assert render("{% url_with sort='new' %}", "?page=7&q=a&empty=") == "?q=a&amp;sort=new"
    assert render("{% url_with grade=None %}", "?grade=8&grade=9&q=a") == "?q=a"
    assert render("{% url_without 'grade' 8 %}", "?grade=8&grade=9&page=3") == "?grade=9"


def test_meter_has_no_style_and_speaks() -> None:
    html = render('{% include "components/meter.html" with value=5 max=12 label="5 из 12" %}')
    assert 'aria-label="5 из 12"' in html
    assert '<rect width="42%"' in html


def test_avatar_shows_initials_where_images_are_off() -> None:
    person = Person(photo_url="/photo/1?a=1&b=2")
    assert '<img class="ava " src="/photo/1?a=1&amp;b=2" alt=""' in render("{% avatar p %}", p=person)
    assert ">ИК</span>" in render("{% avatar p %}", p=Person())
    request = RequestFactory().get("/")
    request.prefs = Preferences(images="off")  # type: ignore[attr-defined]
    html = engines["django"].from_string('{% avatar p %}{% include "components/image.html" with src="/x" alt="Опыт" %}').render({"p": person}, request)
    assert "<img" not in html
    assert '<span class="img-alt">Опыт</span>' in html


def test_panel_and_file_sheet_escape_what_they_are_given() -> None:
    html = render('{% panel title id="x" href="/all/" link="Все" %}<p>внутри</p>{% endpanel %}{% ftype "d<x" %}', title="<i>")
    assert '<h2 id="x">&lt;i&gt;</h2><a href="/all/">Все</a></header><p>внутри</p>' in html
    assert "D&lt;X" in html
    assert 'class="ftype f-doc"' in portal.ftype(".DOCX")


def test_json_for_search_engines_cannot_close_its_element() -> None:
    assert portal.json_ld({"name": "</script><b>&"}) == '<script type="application/ld+json">{"name": "\\u003C/script\\u003E\\u003Cb\\u003E\\u0026"}</script>'


def test_qr_is_svg_without_styles() -> None:
    html = portal.qr("otpauth://totp/x", "Код <1>")
    assert 'aria-label="Код &lt;1&gt;"' in html
    assert "style" not in html


# --- words ----------------------------------------------------------------------------------------------------------


def test_names() -> None:
    assert portal.full_name(Person()) == "Илья Петрович Кравцов"
    assert portal.short_name(Person()) == "И.\u00a0П.\u00a0Кравцов"
    assert portal.short_name(Person(middle_name="")) == "И.\u00a0Кравцов"
    assert portal.short_name(Person(last_name="")) == "Илья Петрович"
    assert portal.initials(Person()) == "ИК"
    assert portal.initials(Person("", "", "")) == ""


def test_days() -> None:
    this_year = timezone.localdate().year
    date = datetime.date(this_year, 11, 26)
    with translation.override("ru"):
        weekday = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")[date.weekday()]
        assert portal.day(date) == f"26\u00a0ноября, {weekday}"
        assert portal.day(datetime.date(2020, 2, 29)) == "29\u00a0февраля 2020"
        # The network's day begins earlier than the one of Greenwich.
        assert render("{{ d|day }}", d=datetime.datetime(2020, 2, 28, 22, 30, tzinfo=datetime.UTC)) == "29\u00a0февраля 2020"
    with translation.override("en"):
        assert portal.day(datetime.date(2020, 2, 29)) == "29\u00a0February 2020"
    assert portal.day(None) == ""


def test_grades_and_thousands() -> None:
    with translation.override("ru"):
        assert [portal.grades(8), portal.grades(8, 9), portal.grades(8, 8), portal.grades(None, 9), portal.grades(None)] == [
            "8\u00a0класс",
            "8–9\u00a0класс",
            "8\u00a0класс",
            "9\u00a0класс",
            "",
        ]
    with translation.override("en"):
        assert [portal.grades(8), portal.grades(8, 9)] == ["grade\u00a08", "grades\u00a08–9"]
    assert [portal.thousands(n) for n in (999, 9999, 12345, 1234567)] == ["999", "9999", "12\u202f345", "1\u202f234\u202f567"]
