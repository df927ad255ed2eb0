"""A graph as a person thinks of it: inputs, fitted parts and steps as blocks; what only moves columns is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from shall.graph import forest
from shall.graph.node import Graph, Node

MOVES: Final = frozenset({"pick", "stack", "constant", "cast", "numbers", "texts"})
SYMBOLS: Final = {"less": "<", "less_equal": "≤", "greater": ">", "greater_equal": "≥", "equal": "=", "not_equal": "≠",
                  "add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "to the power"}
MODELS: Final = frozenset({"trees", "linear_trees", "linear", "linear_single", "net", "imported"})
SINGLE: Final = 12                          # more inputs than that are one block of each kind


@dataclass
class Block:
    """``what``: input, part (of a library), step or output; ``before``: the blocks that it needs.

    ``nodes``: the places of the nodes whose values it gives; of an input ``inputs``: the names of its columns.
    """

    what: str
    title: str
    about: str = ""
    before: list[int] = field(default_factory=list)
    layer: int = 0
    nodes: list[int] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)


@dataclass
class Blocks:
    """The blocks of a graph, each after those that it needs."""

    graph: Graph
    found: list[Block] = field(default_factory=list)
    _of_node: dict[int, int] = field(default_factory=dict)
    _of_input: dict[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._put_inputs()
        for place in range(len(self.graph.nodes)):
            if place in self._members:
                self._put_part(place)
            elif self.graph.nodes[place].op not in MOVES:
                self._put(place, [place], "step", *_named(self.graph, self.graph.nodes[place]))
        for name, place in self.graph.outputs:
            self._add(Block("output", name, str(self.graph.nodes[place].kind), nodes=[place]), self._sources(place))

    @cached_property
    def _members(self) -> dict[int, tuple[str, int]]:
        """By node: the label of the outermost fitted part that it belongs to, and the last node of that."""
        found: dict[int, tuple[str, int]] = {}
        for reference in sorted(self.graph.references, key=lambda one: -one.node):
            inside = {one for one in self.graph.behind([reference.node]) - self.graph.behind(reference.inputs)
                      if self.graph.nodes[one].op not in MOVES or one == reference.node}
            if not inside & found.keys():
                found |= dict.fromkeys(inside, (reference.label, reference.node))
        return found

    def _put_inputs(self) -> None:
        for what, inputs in (("numbers", self.graph.numbers), ("texts", self.graph.texts)):
            together = len(self.graph.inputs) > SINGLE
            for place, one in enumerate(inputs):
                if not together:
                    block = Block("input", one.name, one.what, inputs=[one.name])
                    self._of_input[what, place] = self._add(block, set())
                elif not place:
                    names = ", ".join(other.name for other in inputs)
                    title = f"{len(inputs)} {what if len(inputs) > 1 else what[:-1]}"
                    made = Block("input", title, names, inputs=[other.name for other in inputs])
                    self._of_input[what, place] = self._add(made, set())
                else:
                    self._of_input[what, place] = self._of_input[what, 0]

    def _put_part(self, place: int) -> None:
        label, last = self._members[place]
        if place == last:
            members = [one for one, (_, end) in self._members.items() if end == last]
            title, _, method = label.partition(".")
            self._put(place, members, "part", title, f"{method}: {self.graph.nodes[place].kind}")

    def _put(self, place: int, members: Sequence[int], what: str, title: str, about: str) -> None:
        inside = set(members)
        given = {source for one in members for given in self.graph.nodes[one].inputs if given not in inside
                 for source in self._sources(given)}
        self._of_node[place] = self._add(Block(what, title, about, nodes=[place]), given)

    def _sources(self, place: int, columns: Sequence[int] | None = None) -> set[int]:
        """The blocks that some columns of a node come from."""
        node = self.graph.nodes[place]
        if place in self._of_node:
            return {self._of_node[place]}
        if node.op in ("numbers", "texts"):
            every = range(node.kind.width) if columns is None else columns
            return {self._of_input[node.op, column] for column in every}
        if node.op == "pick":
            places = node.settings["columns"]
            return self._sources(node.inputs[0], [places[one] for one in columns or range(len(places))])
        return {source for given in node.inputs for source in self._sources(given)}

    def _add(self, block: Block, before: set[int]) -> int:
        block.before = sorted(before)
        block.layer = 1 + max((self.found[one].layer for one in before), default=-1)
        self.found.append(block)
        return len(self.found) - 1


def merged(blocks: Sequence[Block]) -> list[Block]:
    """The same step on several columns as one block, where it takes the same and gives to the same."""
    after = [tuple(place for place, block in enumerate(blocks) if one in block.before) for one in range(len(blocks))]
    kept: list[Block] = []
    places: dict[int, int] = {}
    known: dict[tuple[object, ...], int] = {}
    for one, block in enumerate(blocks):
        before = sorted({places[place] for place in block.before})
        key = (block.title, tuple(before), after[one]) if block.what == "step" else (one,)
        places[one] = known.setdefault(key, len(kept))
        if places[one] == len(kept):
            kept.append(Block(block.what, block.title, block.about, before,
                              1 + max((kept[place].layer for place in before), default=-1), [*block.nodes],
                              [*block.inputs]))
        else:
            kept[places[one]].about += f", {block.about}"
            kept[places[one]].nodes += block.nodes
    return kept


def condensed(blocks: Sequence[Block]) -> list[Block]:
    """The same with plain steps as one block, where they stand between the same inputs, models and outputs.

    What lies between two steps of one block lies in it, too, so no circle comes of it.
    """
    ends = [block.what != "step" or block.title.replace(" ", "_") in MODELS for block in blocks]
    above: list[frozenset[int]] = []
    for block in blocks:
        reached = (above[place] | ({place} if ends[place] else frozenset()) for place in block.before)
        above.append(frozenset().union(*reached))
    below: list[set[int]] = [set() for _ in blocks]
    for one in range(len(blocks) - 1, -1, -1):
        for place in blocks[one].before:
            below[place] |= below[one] | ({one} if ends[one] else set())
    members: dict[object, list[int]] = {}
    for one in range(len(blocks)):
        members.setdefault((one,) if ends[one] else (above[one], frozenset(below[one])), []).append(one)
    return _joined(blocks, list(members.values()))


def _joined(blocks: Sequence[Block], members: Sequence[Sequence[int]]) -> list[Block]:
    """One block for each list of members, in an order in which each needs earlier ones only."""
    of = {one: number for number, some in enumerate(members) for one in some}
    needs = [{of[place] for one in some for place in blocks[one].before} - {number}
             for number, some in enumerate(members)]
    kept: list[Block] = []
    places: dict[int, int] = {}
    while len(kept) < len(members):
        number = next(one for one in range(len(members)) if one not in places and needs[one] <= places.keys())
        before = sorted({places[one] for one in needs[number]})
        layer = 1 + max((kept[place].layer for place in before), default=-1)
        places[number] = len(kept)
        kept.append(_whole([blocks[one] for one in members[number]], before, layer))
    return kept


def _whole(some: Sequence[Block], before: list[int], layer: int) -> Block:
    if len(some) == 1:
        one = some[0]
        return Block(one.what, one.title, one.about, before, layer, one.nodes, one.inputs)
    return Block("step", f"{len(some)} steps", ", ".join(one.title for one in some), before, layer, some[-1].nodes)


def _named(graph: Graph, node: Node) -> tuple[str, str]:
    """The title of a step, with a constant that it takes; and what is said beneath it."""
    function = str(node.settings.get("function", node.op))
    title = SYMBOLS.get(function, function.replace("_", " "))
    if node.op == "trees":
        return title, f"{len(forest.of(node.settings).roots):,} trees: {node.kind}"
    given = [graph.nodes[place] for place in node.inputs]
    if len(given) == 2 and [one.op for one in given].count("constant") == 1:
        said = [str(one.settings["value"][0].item()).removesuffix(".0") if one.settings["value"].size == 1 else "…"
                for one in given if one.op == "constant"]
        title = " ".join([title, *said] if given[1].op == "constant" else [*said, title])
    return title, ", ".join(node.names) or str(node.kind)
