"""A long text cut into pages that a slow line loads at once."""

# Signs: about 40 kB of Cyrillic, 3 s at 128 kbit/s; far below the 200 kB that a page may weigh.
PAGE_SIGNS = 20_000


def text_pages(text: str) -> list[list[str]]:
    """Pages of paragraphs. A page ends with a paragraph; one longer than a page is cut at a space, or anywhere when it has none."""
    pages: list[list[str]] = [[]]
    room = PAGE_SIGNS
    for line in text.splitlines():
        paragraph = line.strip()
        while paragraph:
            piece, paragraph = _piece(paragraph)
            if len(piece) > room and pages[-1]:
                pages.append([])
                room = PAGE_SIGNS
            pages[-1].append(piece)
            room -= len(piece)
    return pages


def _piece(paragraph: str) -> tuple[str, str]:
    if len(paragraph) <= PAGE_SIGNS:
        return paragraph, ""
    cut = paragraph.rfind(" ", 1, PAGE_SIGNS)
    cut = cut if cut > 0 else PAGE_SIGNS
    return paragraph[:cut], paragraph[cut:].strip()
