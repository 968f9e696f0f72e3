"""One bounded child process per look into untrusted bytes.

The child starts in isolated mode with an empty environment (no database password, no secret key), sets its own limits before it
imports a parser, gets its order as JSON on stdin and answers JSON into a file whose size the operating system bounds.
On Windows there is no `resource` module: there the time limit and the parsers' own bounds remain.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

ENTRANCE = Path(__file__).parent / "inside" / "entrance.py"
MAX_ANSWER = 16 * 1024 * 1024
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


class Refused(Exception):
    """The child looked and refuses: `code` is a key of errors.REASONS, `params` its values."""

    def __init__(self, code: str, params: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class BoundsExceeded(Exception):
    """The child ran out of time or memory, or died. The argument says which: `timeout`, `memory` or `crash`."""


def _environment() -> dict[str, str]:
    """Two malloc arenas and one typst thread: otherwise a machine with many cores reserves address space beyond the limit."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1"}


def run_bounded(function_name: str, args: dict[str, Any], *, seconds: float = 20, memory_mb: int = 1024, file_mb: int = 64) -> Any:
    """Run a function of `inside.entrance.FUNCTIONS` in a child and return its answer (plain JSON data).

    `seconds` bounds wall clock and processor time, `memory_mb` the address space, `file_mb` each file it writes.
    Raises Refused when the child refuses the file, BoundsExceeded when it did not come to an answer.
    """
    order = json.dumps({"function": function_name, "args": args, "seconds": seconds, "memory_mb": memory_mb, "file_mb": file_mb})
    command = [sys.executable, "-I", "-B", str(ENTRANCE)]
    with tempfile.TemporaryFile() as answer_file:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answer_file, stderr=subprocess.DEVNULL, env=_environment(), close_fds=True)
        try:
            child.communicate(order.encode(), timeout=seconds)
        except subprocess.TimeoutExpired as late:
            logger.warning("bounded %s: no answer in %s s", function_name, seconds)
            raise BoundsExceeded("timeout") from late
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        size = answer_file.seek(0, os.SEEK_END)
        answer_file.seek(0)
        # Not read(MAX_ANSWER): that would set all of it aside for the usual few hundred bytes.
        raw = answer_file.read(size) if size <= MAX_ANSWER else b""
    return _answer(function_name, raw, child.returncode)


def _answer(function_name: str, raw: bytes, returncode: int) -> Any:
    try:
        answer = json.loads(raw)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        logger.warning("bounded %s: no answer, exit status %s", function_name, returncode)
        raise BoundsExceeded("crash")
    if "refused" in answer:
        raise Refused(answer["refused"], answer.get("params") or {})
    if "failed" in answer:
        logger.warning("bounded %s: %s at %s", function_name, answer["failed"], answer.get("where"))
        raise BoundsExceeded("memory" if answer["failed"] == "MemoryError" else "crash")
    return answer["result"]
