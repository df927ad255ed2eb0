"""Another ONNX model inside: ``model`` are the bytes of `uniform.uniform`.

``takes``: what each of its inputs is, and its width; ``what`` and ``width``: what it gives.
What it says is what ONNX Runtime says of it, in numpy's place too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shall.core.errors import DataError
from shall.graph import foreign
from shall.graph.kinds import Array, Fault, Kind
from shall.graph.node import Settings
from shall.graph.session import Session

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """What the model gives."""
    takes = tuple((str(what), int(width)) for what, width in settings["takes"])
    if tuple((one.what, one.width) for one in kinds) != takes:
        raise Fault(f"the model takes {' and '.join(str(Kind(what, width)) for what, width in takes)}, "  # type: ignore[arg-type]
                    f"and gets {' and '.join(map(str, kinds)) or 'nothing'}",
                    "give it one value for each of its inputs, in their order")
    if settings["what"] not in ("number", "text", "truth") or settings["width"] < 1:
        raise Fault("it gives neither numbers nor text nor truths")
    return Kind(settings["what"], int(settings["width"]))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """[n, width]."""
    proto, session = _opened(settings["model"].tobytes())
    return foreign.unpacked(next(iter(session(dict(foreign.packed(proto, values))).values())))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Its nodes, under other names. DataError where they are not as its settings state."""
    content = settings["model"].tobytes()
    proto = foreign.parsed(content)
    if stated(proto) != (tuple((one.what, one.width) for one in kinds), (settings["what"], settings["width"])):
        raise DataError("a model inside of the graph is not as the graph states")
    return foreign.inlined(to, content, inputs)


def stated(proto: object) -> tuple[tuple[tuple[str, int], ...], tuple[str, int]]:
    """What a model takes, and what it gives: what each is, and its width."""
    takes = tuple((foreign.KINDS[kind], foreign.wide(row)) for _, kind, row in foreign.inputs_of(proto))
    (_, kind, row), = foreign.described(proto.graph.output)       # type: ignore[attr-defined]
    return takes, (foreign.KINDS[kind], foreign.wide(row))


@lru_cache(maxsize=16)
def _opened(content: bytes) -> tuple[object, Session]:
    return foreign.parsed(content), Session(content)
