"""A proof of equality, and what ships: the proof, the verdicts on the graph, its latency and size, the bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from shall.core.verdict import Verdict
from shall.reports._checked import summary, titled, verdict_table
from shall.reports._layout import Cell, Look, headed, paragraph, placed, plural, safe, size_text, table
from shall.reports._shapes import Checked


class Compared(Protocol):
    """One output or part: how far apart both sides are."""

    @property
    def name(self) -> str: ...
    @property
    def decided(self) -> bool: ...
    @property
    def rows(self) -> int: ...
    @property
    def largest(self) -> float: ...
    @property
    def beyond(self) -> int: ...
    @property
    def refused(self) -> int: ...
    @property
    def example(self) -> Mapping[str, Any]: ...


class Proof(Protocol):
    """What was compared on how many rows."""

    @property
    def rows(self) -> Mapping[str, int]: ...
    @property
    def outputs(self) -> Sequence[Compared]: ...
    @property
    def parts(self) -> Sequence[Compared]: ...
    @property
    def chunked(self) -> bool: ...
    @property
    def differs(self) -> str: ...
    @property
    def tolerance(self) -> float: ...
    @property
    def holds(self) -> bool: ...
    @property
    def compared(self) -> int: ...
    def described(self) -> dict[str, Any]: ...


class Proved(Protocol):
    """A proof, and of what."""

    @property
    def subject(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def proof(self) -> Proof: ...
    @property
    def against(self) -> str: ...
    @property
    def nodes(self) -> int: ...
    @property
    def bytes(self) -> int: ...


class Took(Protocol):
    """How long one row takes by itself, in seconds."""

    @property
    def rows(self) -> int: ...
    @property
    def p50(self) -> float: ...
    @property
    def p99(self) -> float: ...


class Branch(Protocol):
    """A graph that answers where a promise is broken."""

    @property
    def name(self) -> str: ...
    @property
    def proved(self) -> Proved: ...
    @property
    def check(self) -> Checked | None: ...
    @property
    def promised(self) -> Sequence[str]: ...
    @property
    def verdicts(self) -> tuple[Verdict, ...]: ...


class Shipped(Protocol):
    """What became of a model that was to ship."""

    @property
    def proved(self) -> Proved: ...
    @property
    def check(self) -> Checked | None: ...
    @property
    def latency(self) -> Took | None: ...
    @property
    def place(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def files(self) -> Mapping[str, int]: ...
    @property
    def branches(self) -> Sequence[Branch]: ...


def proof(proved: Proved, look: Look) -> Iterator[str]:
    """The whole report of `prove`."""
    yield from titled(proved.subject, "", look, f"{plural(proved.nodes, 'node')}", size_text(proved.bytes),
                      _rows(proved.proof))
    of = safe(placed(proved.source))
    yield from paragraph(f"against {safe(proved.against)}, on rows of {of}", look.width, 2, look.paint, "line")
    yield ""
    yield from _compared(proved.proof, look)
    yield ""
    yield from _placed(proved.proof, look)
    yield from _outcome(proved.proof, look)


def ship(shipped: Shipped, look: Look) -> Iterator[str]:
    """The whole report of `ship`."""
    yield look.paint("The proof", "head")
    yield from proof(shipped.proved, look)
    for one in shipped.branches:
        yield ""
        yield look.paint(f"The proof of the branch {one.name}", "head")
        yield from proof(one.proved, look)
    yield ""
    if shipped.check is None:
        yield from paragraph("Nothing is packed: a model ships only if it was proved to decide as it did in Python.",
                             look.width, 0, look.paint)
        return
    yield look.paint("The requirements, on the graph", "head")
    yield from verdict_table(shipped.check.verdicts, look)
    yield ""
    yield from summary(shipped.check.verdicts, shipped.check.looks, look)
    yield ""
    for one in shipped.branches:
        yield from _branch(one, look)
    yield from _bundle(shipped, look)


def described(shipped: Shipped) -> dict[str, Any]:
    """What is said of the bundle, for programs."""
    took = shipped.latency
    return {"bundle": shipped.place, "version": shipped.version, "digest": shipped.digest, "files": dict(shipped.files),
            "notes": [*shipped.notes],
            "branches": [{**of_proof(one.proved), "name": one.name, "promised": [*one.promised]}
                         for one in shipped.branches],
            "latency": None if took is None else {"rows": took.rows, "p50": took.p50, "p99": took.p99}}


def of_proof(proved: Proved) -> dict[str, Any]:
    """What is said of a proof, for programs."""
    return {"subject": proved.subject, "source": proved.source, "against": proved.against, "nodes": proved.nodes,
            "bytes": proved.bytes, "proof": proved.proof.described()}


def _rows(found: Proof) -> str:
    """How many rows were compared, and of how many: not those that Python refuses."""
    refused = max((one.refused for one in found.outputs), default=0)
    some = f"{found.compared - refused:,} of " if refused else ""
    return f"{some}{found.compared:,} rows" + (" compared" if refused else "")


def _compared(found: Proof, look: Look) -> list[str]:
    head = [Cell(title, "head") for title in ("OUTPUT", "ROWS", "LARGEST DIFFERENCE", "DIFFER")]
    rows = [[Cell(safe(one.name), "name"), Cell(f"{one.rows:,}"), Cell(_apart(one)),
             Cell(f"{one.beyond:,}", "broken" if one.beyond else "met")] for one in found.outputs]
    return table([head, *rows], "<>>>", look.paint, 2)


def _apart(one: Compared) -> str:
    if one.decided:
        return "decided otherwise" if one.beyond else "decided alike"
    return f"{one.largest:.1e}" if one.largest else "0, to the last bit"


def _placed(found: Proof, look: Look) -> Iterator[str]:
    told = ", ".join(f"{count:,} {kind}" for kind, count in found.rows.items())
    yield from paragraph(f"rows: {told}", look.width, 2, look.paint)
    worst = max(found.parts, key=lambda one: (one.beyond, one.largest), default=None)
    if worst is not None:
        yield from paragraph(f"{plural(len(found.parts), 'part')} inside, the farthest apart by {worst.largest:.1e}: "
                             f"{safe(worst.name)}", look.width, 2, look.paint)
    refused = max((one.refused for one in found.outputs), default=0)
    if refused:
        yield from paragraph(f"{refused:,} rows are not compared: Python refuses them", look.width, 2, look.paint)
    yield from paragraph("the same bits for any number of rows at a time" if found.chunked else
                         "NOT the same bits for any number of rows at a time", look.width, 2, look.paint)


def _outcome(found: Proof, look: Look) -> Iterator[str]:
    if found.holds:
        flips = " and no decision differs" if any(one.decided for one in found.outputs) else ""
        rows = max((one.rows for one in found.outputs), default=0)
        yield from headed("✓ proved", f"within {found.tolerance:g}{flips} in {rows:,} rows", look, "met")
        return
    yield from headed("✗ not proved", safe(found.differs) or "see above", look, "broken")
    for one in (*found.outputs, *found.parts):
        if one.example:
            told = one.example
            yield from paragraph(f"{safe(one.name)}: the graph says {told.get('graph')}, Python {told.get('python')}, "
                                 f"for {safe(str(told.get('row')))}", look.width, 2, look.paint)
            return


def _milliseconds(seconds: float) -> str:
    figure = seconds * 1000
    return f"{figure:,.0f} ms" if figure >= 1000 else f"{figure:.3g} ms"


def _branch(one: Branch, look: Look) -> Iterator[str]:
    """What a branch has to keep; all else that was found of it stands in its evidence."""
    yield look.paint(f"What falls back to the branch {one.name}, on its graph", "head")
    if not one.verdicts:
        yield from paragraph(f'no line says on_broken = "fall back to {one.name}", so nothing falls back to it',
                             look.width, 0, look.paint)
    else:
        yield from verdict_table(one.verdicts, look)
        yield ""
        yield from summary(one.verdicts, None if one.check is None else one.check.looks, look)
    yield ""


def _bundle(shipped: Shipped, look: Look) -> Iterator[str]:
    took = shipped.latency
    if took is not None:
        yield from paragraph(
            f"latency of one row: {_milliseconds(took.p50)}, {_milliseconds(took.p99)} at the 99th percentile "
            f"({took.rows:,} rows, from plain values to the answer)", look.width, 0, look.paint)
    size = shipped.files.get("graph.onnx")
    yield f"size: {size_text(size)}" if size is not None else ""
    told = f"{safe(placed(shipped.place))}  version {safe(shipped.version)}  {shipped.digest[:12]}"
    yield look.paint("bundle", "head") + f": {told}"        # on one line: a path is copied
    for note in shipped.notes:
        yield from paragraph(safe(note), look.width, 2, look.paint)
    yield from paragraph(", ".join(shipped.files), look.width, 2, look.paint, "line")
