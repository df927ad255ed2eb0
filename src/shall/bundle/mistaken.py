"""What a file is that was given in place of a bundle, and what to give instead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from shall.bundle.contents import GRAPH, MODEL
from shall.bundle.manifest import NAME
from shall.core.errors import InputError

SUFFIX: Final = ".zip"
MAGIC: Final = b"PK"
WANTED: Final = "a bundle is a folder or a .zip that `shall ship` wrote"
PICKLE: Final = ("a pickled object, which runs code where it is opened, so shall never opens one: load it in Python "
                 "and compile it, g.compile(x, score=g.predict_proba(model, x)[:, 1]).save(\"graph\"), then `shall "
                 "ship graph`")
ROWS: Final = f"a file of rows; the bundle or model is named first, the rows after it: {WANTED}"
KEY: Final = f"a key, which is given by --key: {WANTED}"
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys((".pkl", ".pickle", ".joblib", ".pt", ".pth"), PICKLE),
    **dict.fromkeys((".parquet", ".csv", ".tsv", ".arrow", ".feather", ".jsonl", ".ndjson", ".db", ".sqlite"), ROWS),
    **dict.fromkeys((".pub", ".key", ".pem"), KEY),
    ".toml": f"a shall file, which is given by --spec or --trust: {WANTED}",
    ".onnx": "an ONNX model by itself: put it into a graph in Python, g.imported(…), and `shall ship` that",
}


def refuse(path: Path) -> None:
    """InputError for a file that neither is called a zip nor begins as one: it is no bundle, damaged or not."""
    if path.suffix.lower() == SUFFIX or not path.is_file():
        return
    try:
        with path.open("rb") as file:
            begins = file.read(len(MAGIC))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    if begins != MAGIC or KINDS.get(path.suffix.lower()) == PICKLE:
        raise InputError(f"{path} is {_kind(path)}")


def _kind(path: Path) -> str:
    folder = path.absolute().parent
    if (folder / NAME).is_file():
        return f"one file of a bundle: give the folder, {path.parent}"
    if (folder / GRAPH).is_file() and (folder / MODEL).is_file():
        return f"one file of a graph that was saved: give the folder, {path.parent}"
    return KINDS.get(path.suffix.lower(), f"no bundle: {WANTED}")
