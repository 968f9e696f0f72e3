"""What bin/setup, bin/start and bin/test share. Standard library only: it runs before anything is installed."""

import hashlib
import os
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure(lock: str) -> None:
    """An environment in .venv that holds what requirements/<lock>.txt pins; a second call costs nothing. Files in a bucket need the lock `s3`."""
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    if lock == "runtime" and os.environ.get("FILES_URL", "").startswith("s3"):
        lock = "s3"
    # Each holds all that stands before it.
    order = ["runtime", "s3", "dev"]
    locks = order[: order.index(lock) + 1]
    pinned = {name: hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest() for name in locks}
    stamps = {name: VENV / f".installed-{name}" for name in locks}

    def fresh(name: str) -> bool:
        return stamps[name].exists() and stamps[name].read_text() == pinned[name]

    if PYTHON.exists() and fresh(lock):
        return
    if not PYTHON.exists():
        print("Creating .venv …", flush=True)
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    print(f"Installing requirements/{lock}.txt …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    result = subprocess.run([*command, "-r", str(ROOT / "requirements" / f"{lock}.txt")], check=False)
    if result.returncode:
        sys.exit("The packages could not be installed: is the Python package index reachable?")
    for name in locks:
        stamps[name].write_text(pinned[name])


def run(*arguments: str, quiet: bool = False, **extra: str) -> None:
    """Run the environment's Python in the project's folder; stop with its exit status when it fails."""
    output = subprocess.DEVNULL if quiet else None
    result = subprocess.run([str(PYTHON), *arguments], cwd=ROOT, env={**os.environ, **extra}, stdout=output, check=False)
    if result.returncode:
        sys.exit(result.returncode)
