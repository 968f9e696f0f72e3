"""What people write in Markdown, as HTML: the one audited place where their words become tags (trust.md 10).

Raw HTML is off, pictures of foreign sites are off, what comes out is sanitised once more. Rendered once, when it is written; the stored HTML is
shown by the filter `rendered`. Length and depth are bounded first, so that no text costs more than some milliseconds.
"""

import html
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# Signs of a text; longer ones are the form's error, here they are cut.
LONGEST = 10_000
# Levels of lists and quotations, and brackets that may be open at once: text nests no deeper than people follow.
DEEPEST = 8
# Signs that make the parser look ahead; a text with more of them is shown in plain paragraphs.
MOST_MARKS = 600
MOST_LINES = 1_000

_QUOTES = "«»„“"
_TAGS = {"p", "br", "hr", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre"}
_TAGS |= {"h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
_ADDRESS = re.compile(r"https?://[^\s<>\"«»„“]+")
_TRAILING = ".,;:!?)]»“…"
# What the inline rules look ahead for.
_MARKS = re.compile(r"[\[\]*_~`<]")
_DEEP = re.compile(rf"(?m)^((?:[ \t]*(?:>|[-+*]|\d{{1,9}}[.)])){{{DEEPEST}}})[ \t>*+\-\d.)]*")


def render_markdown(text: str, mentions: Mapping[str, str] | None = None) -> str:
    """HTML of a text. `mentions`: words that begin with «@» → the address of the person they name.

    Below 50 ms for any text; raw HTML is shown as it was typed.
    """
    source = _DEEP.sub(r"\1 ", text[:LONGEST].replace("\x00", "").replace("\r\n", "\n"))
    costly = len(_MARKS.findall(source)) > MOST_MARKS or source.count("\n") > MOST_LINES
    made = _plain(source) if costly else _parser.render(source, {"mentions": dict(mentions or {})})
    return nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )


def _plain(text: str) -> str:
    """Paragraphs and line breaks alone."""
    paragraphs = (html.escape(part.strip()).replace("\n", "<br>\n") for part in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{part}</p>\n" for part in paragraphs if part)


def _shift_headings(state: StateCore) -> None:
    """A text's headings stand below those of the page: first level becomes the fourth."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 3, 6)}"


def _link_addresses(state: StateCore) -> None:
    """Plain addresses become links, mentions lead to the people; not inside links and code."""
    mentions: dict[str, str] = state.env.get("mentions", {})
    known = "|".join(re.escape(words) for words in sorted(mentions, key=len, reverse=True))
    pattern = re.compile(rf"{_ADDRESS.pattern}|(?:{known})(?!\w)" if known else _ADDRESS.pattern)
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        depth, children = 0, []
        for token in block.children:
            depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            children += _split(token, pattern, mentions) if token.type == "text" and not depth else [token]
        block.children = children


def _split(token: Token, pattern: re.Pattern[str], mentions: Mapping[str, str]) -> list[Token]:
    parts: list[Token] = []
    end = 0
    for found in pattern.finditer(token.content):
        words = found.group()
        if words not in mentions:
            words = words.rstrip(_TRAILING)
        parts += [_text(token.content[end : found.start()]), *_link(mentions.get(words) or _own_path(words), _shown(words))]
        end = found.start() + len(words)
    return [*parts, _text(token.content[end:])]


def _own_path(address: str) -> str:
    """An address of this portal leads there whatever name the reader came by."""
    path = address.removeprefix(settings.SITE_URL)
    # Two slashes would name another host.
    return path if path != address and path.startswith("/") and not path.startswith("//") else address


def _shown(words: str) -> str:
    """A long address is shown by its host and the beginning of its path."""
    return words if len(words) <= 60 else f"{urlsplit(words).netloc}/…" if words.startswith("http") else words


def _link(address: str, words: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": address}), _text(words, "text_special"), Token("link_close", "a", -1)]


def _text(words: str, kind: str = "text") -> Token:
    """`text_special` is text that the typographer leaves alone."""
    return Token(kind, "", 0, content=words)


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True, "breaks": True, "quotes": _QUOTES, "maxNesting": DEEPEST * 2})
    parser.enable(["replacements", "smartquotes", "table", "strikethrough"]).disable(["image", "reference", "html_block", "html_inline", "lheading"])
    # Before the typographer, which would make «…» of dots inside addresses.
    known = parser.validateLink
    parser.validateLink = lambda url: known(url) and url.startswith(("https://", "http://", "mailto:", "/")) and not url.startswith("//")  # type: ignore[method-assign]
    parser.core.ruler.after("inline", "shift_headings", _shift_headings)
    parser.core.ruler.after("inline", "link_addresses", _link_addresses)
    return parser


_parser = _make_parser()
