"""A graph with its ONNX model: what `compile` gives. It answers, is proved, printed and saved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from shall.core.errors import DataError, InputError
from shall.graph import edge, onnx, session, staged, written
from shall.graph.assembled import assembled, behind
from shall.graph.checking import idle, notes
from shall.graph.columns import Columns
from shall.graph.kinds import Array
from shall.graph.node import Graph
from shall.graph.picture import picture
from shall.graph.printed import printed
from shall.graph.value import Value

GRAPH: Final = "graph.json"
MODEL: Final = "graph.onnx"
BUNDLE: Final = "manifest.json"              # what only a bundle has
FIRST: Final = ("first.json", "first.onnx")   # of a small graph that is asked before


class Compiled:
    """``graph`` is plain data, `onnx` the bytes that ONNX Runtime runs: those of ``content``, if it is given.

    ``first``: a small graph that is asked before; `staged.py`.
    """

    def __init__(self, graph: Graph, content: bytes | None = None, first: Compiled | None = None) -> None:
        self.graph = graph
        self._content = content
        self.first = first
        self.idle: tuple[str, ...] = ()     # parts that were made of the inputs, and are in no output

    @cached_property
    def onnx(self) -> bytes:
        """The ONNX model; the same bytes for the same graph."""
        return onnx.emitted(self.graph) if self._content is None else self._content

    @cached_property
    def json(self) -> bytes:
        """The graph as JSON, from which the same ONNX model can be made."""
        return written.written(self.graph)

    @property
    def files(self) -> dict[str, bytes]:
        """What it is, as files: `graph.json` and `graph.onnx`, and those of a first graph."""
        first = {} if self.first is None else dict(zip(FIRST, (self.first.json, self.first.onnx), strict=True))
        return {GRAPH: self.json, MODEL: self.onnx, **first}

    def save(self, folder: str | Path) -> Path:
        """Write its files into a folder, over an older graph. InputError for a bundle, a file, or a closed place."""
        path = expect_place(folder)
        try:
            self._write(path)
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}") from None
        return path

    def _write(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        for name in FIRST:
            (path / name).unlink(missing_ok=True)       # of an older one
        for name, content in self.files.items():
            (path / name).write_bytes(content)

    @cached_property
    def _session(self) -> session.Session | staged.Staged:
        full = session.Session(self.onnx)
        return full if self.first is None else staged.Staged(session.Session(self.first.onnx), full)

    @cached_property
    def edge(self) -> edge.Edge:
        """Packs rows for the inputs."""
        return edge.Edge(self.graph.inputs)

    def __str__(self) -> str:
        return "\n".join([printed(self.graph), *(f"note: {note}" for note in (*notes(self.graph), *self.idle))])

    def svg(self) -> str:
        """The graph as a picture; a notebook shows it."""
        return picture(self.graph)

    _repr_svg_ = svg

    def __call__(self, rows: Any) -> dict[str, Array]:
        """Every output [n] or [n, width] for some rows: a mapping (one row), a list of them, or a table."""
        found = self._session(self.edge(rows))
        return {name: value[:, 0] if value.shape[1] == 1 else value for name, value in found.items()}


def expect_place(folder: str | Path) -> Path:
    """A folder that a graph can be saved into; nothing is made there. InputError as of `Compiled.save`."""
    path = Path(folder)
    if (path / BUNDLE).is_file():
        raise InputError(f"{path} is a bundle, which a graph would damage: save into another folder, and pack it "
                         f"with `shall ship FOLDER -o {path}`")
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file: a graph is saved into a folder, so name one")
    try:
        with TemporaryDirectory(dir=next(one for one in (path, *path.absolute().parents) if one.exists())):
            return path
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None


def load(folder: str | Path) -> Compiled:
    """What `save` wrote, or a bundle in a folder. DataError where a file is missing or damaged.

    The library functions that its parts were held against are not kept: a proof of it asks numpy.
    """
    path = Path(folder)
    try:
        first = _read(path, *FIRST) if (path / FIRST[0]).exists() else None
        return _read(path, GRAPH, MODEL, first)
    except OSError as error:
        raise DataError(f"{folder} holds no graph: {error.filename} cannot be read ({error.strerror})") from error


def _read(path: Path, graph: str, model: str, first: Compiled | None = None) -> Compiled:
    return Compiled(written.read((path / graph).read_bytes()), (path / model).read_bytes(), first)


def compiled(x: Columns, outputs: Mapping[str, Value], about: Mapping[str, Any] | None = None) -> Compiled:
    """The graph of some outputs over the inputs ``x``. FileError with every problem at once."""
    if not outputs:
        raise InputError("a graph needs an output: compile(x, score=p)")
    asked = [value.input for value in x.values()]
    if any(one is None for one in asked):
        raise InputError("compile takes the inputs first, as inputs(…) gave them: compile(x, score=p)")
    stated = {**_classes(outputs), **(about or {})}
    made = Compiled(assembled([one for one in asked if one is not None], outputs, stated))
    made.idle = idle([one for value in x.values() for one in value.inputs], behind(outputs.values()))
    return made


def _classes(outputs: Mapping[str, Value]) -> dict[str, Any]:
    """What the output `decision` is one of, where that can be seen."""
    decision = outputs.get("decision")
    if decision is None or decision.broken:
        return {}
    if decision.op == "label" and "texts" in decision.settings:
        return {"classes": list(decision.settings["texts"])}
    if decision.kind.what == "truth":
        return {"classes": [False, True]}
    return {"classes": [0, 1]} if decision.op == "cast" else {}


def compile(x: Columns, /, **outputs: Value) -> Compiled:
    """The graph of named outputs over the inputs ``x``. FileError with every problem at once, each with its line.

    InputError where ``x`` or an output is something else.
    """
    if not isinstance(x, Columns):
        raise InputError(f"compile takes the inputs first, as inputs(…) gave them, and not a {type(x).__name__}: "
                         "compile(x, score=p)")
    for name, value in outputs.items():
        if not isinstance(value, Value):
            raise InputError(f"the output {name} is {value!r:.60}, and no value of a graph: an output is made of the "
                             f"columns of x, such as {name}=predict_proba(model, x)[:, 1]")
    return compiled(x, outputs)
