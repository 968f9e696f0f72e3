"""Markdown: what people write becomes harmless HTML, and no text takes long."""

import re
import time

import pytest

from foundation.markdown import LONGEST, render_markdown

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.example></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example/%0d%0aSet-Cookie)",
    "![x](http://evil.example/pixel.png)",
    "![x](x \"onerror=alert(1)\")",
    "[x](http://a.example \"onmouseover=alert(1)\")",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<style>*{display:none}</style>",
    "<form action=/x><button>",
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```html onload=alert(1)\nx\n```",
    "<!--><script>alert(1)</script-->",
    "<math><mtext></p><script>alert(1)</script>",
    "https://a.example/\"onclick=alert(1)",
    "@Орлова\"><script>alert(1)</script>",
    "| <script> |\n|---|\n| <b onclick=x> |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]  # fmt: skip
ALLOWED = re.compile(
    r"</?(?:p|br|hr|strong|em|s|ul|li|blockquote|code|pre|h[456]|table|thead|tbody|tr|th|td)>"
    r"|<ol(?: start=\"\d+\")?>|</ol>|</a>|<a href=\"(?:https?:|mailto:|/)[^\"<>]*\"(?: title=\"[^\"<>]*\")? rel=\"nofollow noopener ugc\">"
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_but_known_tags_comes_out(text: str) -> None:
    html = render_markdown(text, {"@Орлова": "/teachers/1/"})
    assert "<" not in ALLOWED.sub("", html)
    assert not re.search(r"href=\"(?!https?:|mailto:|/)", html)


def test_what_teachers_write_looks_as_meant() -> None:
    html = render_markdown('# Опыт\n\nОн сказал "да" -- и **пошёл**...\nдальше\n\n- раз\n- два\n\n> цитата\n\n| U | I |\n|---|---|\n| 1 | 2 |')
    assert html.startswith("<h4>Опыт</h4>\n<p>Он сказал «да» – и <strong>пошёл</strong>…<br>\nдальше</p>")
    assert all(part in html for part in ("<li>раз</li>", "<blockquote>", "<td>1</td>"))


def test_addresses_become_links_that_give_nothing_to_their_sites(settings: object) -> None:
    settings.SITE_URL = "https://network.example"  # type: ignore[attr-defined]
    html = render_markdown("Смотрите https://fipi.example/a...b, и (https://network.example/materials/5/).")
    assert '<a href="https://fipi.example/a...b" rel="nofollow noopener ugc">https://fipi.example/a...b</a>, и (<a href="/materials/5/"' in html
    assert "<a" not in render_markdown("`https://fipi.example/`")


def test_a_mention_leads_to_the_person_it_names_alone() -> None:
    html = render_markdown("@Орлова Дарья и @Орлова Дарьяна", {"@Орлова Дарья": "/teachers/7/"})
    assert html.count('<a href="/teachers/7/"') == 1


BOMBS = {
    "brackets": "[", "pictures": "![", "stars": "*a ", "double stars": "**a", "quotations": ">", "lists": "- ", "links": "[a](", "underscores": "_a ",
    "strikes": "~~a ",
    "pipes": "|a", "rows": "|1|2|\n|-|-|\n", "numbers": "1. ", "entities": "&#x", "tags": "<a ", "backslashes": "\\", "quotes": '"', "apostrophes": "'a ",
    "addresses": "http://a.b ", "names": "@Орлова ", "lines": "\n", "open links": "[x](<", "headings": "# a\n", "comments": "<!-- ",
    "mixed": "*_a_* ", "ticks": "`a",
    "deep": "> - ", "empty links": "[](http://a)", "tabs": "\t- ",
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_text_takes_long(bomb: str) -> None:
    text = (BOMBS[bomb] * LONGEST)[:LONGEST]
    render_markdown("")
    # The best of three: the machine may be busy.
    times = []
    for _try in range(3):
        begun = time.process_time()
        render_markdown(text, {"@Орлова": "/teachers/1/"})
        times.append(time.process_time() - begun)
    assert min(times) < 0.05


def test_nesting_ends() -> None:
    assert render_markdown(">" * 500 + " глубоко").count("<blockquote>") <= 10
    assert "глубоко" in render_markdown(">" * 500 + " глубоко")
