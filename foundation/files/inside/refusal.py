"""How code inside the child refuses a file."""

from typing import Any


class Refusal(Exception):
    """The file is refused: `code` is a key of foundation.files.errors.REASONS."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
