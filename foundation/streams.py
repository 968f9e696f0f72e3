"""Files that are sent while they are made."""


class Sink:
    """What zipfile writes into, taken out after each chunk."""

    def __init__(self) -> None:
        self.data: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.data.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing lies here longer than until the next `take`."""

    def take(self) -> bytes:
        taken = b"".join(self.data)
        self.data.clear()
        return taken
