"""What is wrong with a graph before anything runs, all at once; and what is odd, though not wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from shall.core.errors import Problem
from shall.graph.kinds import Fault, What
from shall.graph.node import Graph, Input
from shall.graph.value import Value, alive

TAKEN: Final = re.compile(r"numbers|texts|[tc]\d+(_\d+)?|node \d+")
PACKED: Final[dict[str, What]] = {"numbers": "number", "texts": "text"}


def problems(inputs: Sequence[Input], outputs: Mapping[str, Value], needed: Collection[Value]) -> tuple[Problem, ...]:
    """Every fault of the values behind some outputs, sorted by its place."""
    found = {value.problem for value in needed if value.problem}
    names = [one.name for one in inputs]
    for name, value in outputs.items():
        found.update(_told(value, fault) for fault in _output(name, value, names))
    given = {one.name: one for one in inputs}
    whole_too = whole(needed, outputs.values())
    found.update(_told(value, fault) for value in needed if value.op not in PACKED or value in whole_too
                 for fault in _strange(value, given))
    return tuple(sorted(found))


def columns(value: Value) -> list[Input] | None:
    """The inputs that a value picks of the packed ones, or is; None for any other value."""
    if value.op in PACKED:
        return list(value.asked)
    if value.op == "pick" and value.inputs[0].op in PACKED:
        return [value.inputs[0].asked[place] for place in value.settings["columns"]]
    return None


def notes(graph: Graph) -> tuple[str, ...]:
    """What nobody uses: inputs, and columns of a value that cost something."""
    used: dict[str, set[int]] = {name: set() for name in PACKED}
    for node in graph.nodes:
        for place in node.inputs:
            if graph.nodes[place].op in PACKED:
                used[graph.nodes[place].op].update(node.settings.get("columns", range(graph.nodes[place].kind.width)))
    asked = [("numbers", place, one.name) for place, one in enumerate(graph.numbers)]
    asked += [("texts", place, one.name) for place, one in enumerate(graph.texts)]
    idle = [name for packed, place, name in asked if place not in used[packed]]
    return (f"no output needs the input{'s' if len(idle) > 1 else ''} {', '.join(idle)}",) if idle else ()


def idle(packed: Collection[Value], needed: Collection[Value]) -> tuple[str, ...]:
    """What was made of the inputs, is still held, and is in no output: the last step of each such part."""
    used, reached, left = {id(one) for one in needed}, {id(one) for one in packed}, []
    for value in alive():
        if any(id(one) in reached for one in value.inputs):
            reached.add(id(value))
            if id(value) not in used and value.op != "pick":
                left.append(value)
    inner = {id(one) for value in left for one in value.inputs}
    return tuple(f"no output needs the {value.op} of {value.place}" for value in left if id(value) not in inner)


def _output(name: str, value: Value, inputs: Sequence[str]) -> Iterator[Fault]:
    if TAKEN.fullmatch(name):
        yield Fault(f"the output {name} has a name that the graph needs itself", "give it another name")
    if not value.broken and not _varies(value):
        yield Fault(f"the output {name} is the same for every row", "an output depends on an input")


def whole(needed: Collection[Value], outputs: Collection[Value]) -> set[Value]:
    """The packed inputs that something takes as they are, not column by column."""
    taken = [one for value in needed if value.op != "pick" for one in value.inputs]
    taken += [one for value in needed if value.reference for one in value.reference[1]]
    return {one for one in (*taken, *outputs) if one.op in PACKED}


def _strange(value: Value, given: Mapping[str, Input]) -> Iterator[Fault]:
    """Columns of other inputs than those of the graph."""
    for one in columns(value) or ():
        if one.name not in given:
            yield Fault(f"it takes {one.name}, which is none of the inputs that compile(x, …) is given",
                        "compile takes all inputs; make them once, and take parts by x.only([…])")
        elif given[one.name].what != one.what:
            yield Fault(f"it takes {one.name} as {one.what}, and compile(x, …) has it as {given[one.name].what}",
                        "make the inputs once, and take parts by x.only([…])")


def _varies(value: Value) -> bool:
    waiting, seen = [value], set()
    while waiting:
        one = waiting.pop()
        if one.op in PACKED:
            return True
        if id(one) not in seen:
            seen.add(id(one))
            waiting += one.inputs
    return False


def _told(value: Value, fault: Fault) -> Problem:
    file, _, line = value.place.rpartition(":")
    return Problem(file, int(line or 0), 0, fault.message, fault.fix)
