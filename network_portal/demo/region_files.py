"""Real files for a whole region: a few hundred documents are written, every material gets one of them under a name of its own."""

import random
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from foundation.files.check import CheckedFile, sha256_of
from foundation.files.kinds import KINDS
from foundation.files.storage import keep, share_stored
from network_portal.demo.content.compose import MaterialText, file_kind
from network_portal.demo.documents import write_document


@dataclass(frozen=True, slots=True)
class Body:
    """A stored document."""

    stored_name: str
    kind: str
    size: int
    sha256: str


class Bodies:
    """Documents by the type of material; `another` gives one of them once more."""

    def __init__(self, rng: random.Random, texts: list[MaterialText]) -> None:
        self.rng = rng
        # Of everything stored for this load, in case it breaks.
        self.names: list[str] = []
        self.by_type: dict[str, list[Body]] = defaultdict(list)
        with tempfile.TemporaryDirectory() as folder:
            for text in texts:
                kind = file_kind(rng, text.type)
                path = Path(folder) / f"material.{kind}"
                # Shared by many authors: none of them is named in it.
                write_document(text.blocks, text.title, "Методическая копилка", path, kind)
                size, sha256 = path.stat().st_size, sha256_of(path)
                stored = keep(path, CheckedFile(KINDS[kind], size, sha256, f"{text.title}.{kind}"))
                self.names.append(stored)
                self.by_type[text.type].append(Body(stored, kind, size, sha256))
        self.every = [body for bodies in self.by_type.values() for body in bodies]

    def another(self, type_code: str) -> Body:
        """A document of that type under a new name. In a folder the new name is a link and takes no space; elsewhere the bytes are copied."""
        body = self.rng.choice(self.by_type.get(type_code) or self.every)
        name = f"files/{body.sha256[:2]}/{body.sha256}-{self.rng.getrandbits(48):012x}.{KINDS[body.kind].extension}"
        share_stored(body.stored_name, name)
        self.names.append(name)
        return Body(name, body.kind, body.size, body.sha256)
