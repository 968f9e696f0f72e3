"""Reading a QR code off a picture, as far as a test needs it: is this the code of that text?"""

import segno
from PIL import Image

DARK = 128


def holds_qr(picture: Image.Image, text: str) -> bool:
    """Whether the picture, cropped to what is dark in it, is module for module the code of `text`."""
    grey = picture.convert("L")
    box = grey.point(lambda value: 255 if value < DARK else 0).getbbox()
    if box is None:
        return False
    code = grey.crop(box)
    expected = [[bool(module) for module in row] for row in segno.make(text, micro=False).matrix]
    step_x, step_y = code.width / len(expected), code.height / len(expected)
    found = [
        [int(code.getpixel((int((column + 0.5) * step_x), int((row + 0.5) * step_y)))) < DARK for column in range(len(expected))]  # type: ignore[arg-type]
        for row in range(len(expected))
    ]
    return found == expected


def lowest_dark(picture: Image.Image, gap: int) -> Image.Image:
    """The lowest dark part of a picture: above it at least `gap` rows are light."""
    grey = picture.convert("L").point(lambda value: 255 if value < DARK else 0)
    box = grey.getbbox()
    if box is None:
        return picture
    rows = [grey.crop((0, y, grey.width, y + 1)).getbbox() is not None for y in range(box[3])]
    top = box[3]
    while top > 0 and any(rows[max(0, top - gap) : top]):
        top -= 1
    return picture.crop((0, top, picture.width, box[3]))
