"""The child's first file, run as a script: limits first, parsers after. See `foundation.files.sandbox`."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = "foundation.files.inside"
FUNCTIONS = {
    "inspect": ("inspection", "inspect_file"),
    "text": ("text", "read_text"),
    "previews": ("pages", "render_previews"),
    "reencode": ("pictures", "reencode_file"),
    "strip_metadata": ("personal", "strip_office_metadata"),
    "list_bundle": ("bundle", "list_bundle"),
    "take_member": ("bundle", "take_member"),
    "read_table": ("bundle", "read_table"),
}


def set_limits(seconds: float, memory_mb: int, file_mb: int) -> None:
    """Bound address space, processor time, written files, open files; no core dumps. Nothing on systems without `resource`."""
    try:
        import resource
    except ImportError:
        return
    processor = max(1, int(seconds) + 1)
    for limit, value in (
        (resource.RLIMIT_AS, memory_mb * 1024 * 1024),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_FSIZE, file_mb * 1024 * 1024),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(limit, (bound, bound))
        except (ValueError, OSError):  # macOS refuses some of them; the time limit of the parent stays
            continue


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Run the ordered function. Failures are told by type and line only: messages of parsers may hold what is in the file."""
    module_name, function_name = FUNCTIONS[order["function"]]
    sys.path.insert(0, str(ROOT))
    from foundation.files.inside.refusal import Refusal

    try:
        module = importlib.import_module(f"{PACKAGE}.{module_name}")
        return {"result": getattr(module, function_name)(**order["args"])}
    except Refusal as refusal:
        return {"refused": refusal.code, "params": refusal.params}
    except Exception as failure:
        trace = failure.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
        return {"failed": type(failure).__name__, "where": where}


def main() -> None:
    """Read one order from stdin, write one answer to stdout. Parsers' own prints go nowhere."""
    order = json.loads(sys.stdin.buffer.read())
    set_limits(order["seconds"], order["memory_mb"], order["file_mb"])
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    out.write(json.dumps(answer(order)).encode())
    out.flush()


if __name__ == "__main__":
    main()
