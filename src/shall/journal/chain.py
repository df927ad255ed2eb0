"""The chain of the segments of one writer: one line a segment that was sealed, or that was let go."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from shall.core.chain import GENESIS, canonical, digest
from shall.core.errors import StoreError


@dataclass(frozen=True, slots=True)
class Link:
    """What is known for ever of a segment, also when it is gone."""

    what: Literal["sealed", "removed"]
    number: int
    rows: int
    first: int                              # number of its first record
    last: int
    since: int                              # the earliest and latest time of its rows: microseconds since 1970, UTC
    until: int
    digest: str                             # SHA-256 of the file
    journal: str                            # the digest that its journal ended with
    at: int                                 # when this was written: microseconds since 1970, UTC
    previous: str
    link: str = ""

    def sealed(self) -> Link:
        """With its own digest."""
        return dataclasses.replace(self, link=self._digest())

    def holds(self) -> bool:
        """Whether it is as it was written."""
        return self.link == self._digest()

    def line(self) -> bytes:
        """As it is kept."""
        return (canonical(dataclasses.asdict(self)) + "\n").encode()

    def _digest(self) -> str:
        told = dataclasses.asdict(self)
        del told["link"]
        return digest(canonical(told).encode())


@dataclass(frozen=True, slots=True)
class Chain:
    """The links of a writer, checked; ``torn`` bytes at the end were written only in part."""

    path: Path
    links: tuple[Link, ...]
    end: int = 0
    torn: int = 0
    root: str = GENESIS                     # what the first link follows: the name of the log

    @property
    def head(self) -> str:
        """What the next link follows."""
        return self.links[-1].link if self.links else self.root

    def with_link(self, link: Link) -> Chain:
        """One link longer."""
        return dataclasses.replace(self, links=(*self.links, link), end=self.end + len(link.line()), torn=0)

    @property
    def segments(self) -> dict[int, Link]:
        """Every segment that ever was, by its number."""
        return {link.number: link for link in self.links if link.what == "sealed"}

    @property
    def removed(self) -> frozenset[int]:
        """The segments that were let go."""
        return frozenset(link.number for link in self.links if link.what == "removed")

    @property
    def last(self) -> Link | None:
        """The newest segment."""
        return next((link for link in reversed(self.links) if link.what == "sealed"), None)


NAMES: Final = tuple(field.name for field in dataclasses.fields(Link))


def read(path: Path, root: str) -> Chain:
    """The chain of a file of the log ``root``, empty where there is none. StoreError names the first changed line.

    A last line that is not whole was being written when the power went: what it told of is then there still.
    """
    content = path.read_bytes() if path.exists() else b""
    links: list[Link] = []
    end = 0
    *lines, _ = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        try:
            links.append(link_of(path, number, line))
        except StoreError:
            if number < len(lines):
                raise
            break
        end += len(line) + 1
    _follow(path, links, root)
    return Chain(path, tuple(links), end, len(content) - end, root)


def link_of(path: Path, number: int, line: bytes) -> Link:
    """What a line of a chain says. StoreError where it was changed."""
    try:
        told: dict[str, Any] = json.loads(line)
        link = Link(**{name: told[name] for name in NAMES})
        if link.line() == line + b"\n" and link.holds():
            return link
    except (ValueError, KeyError, TypeError, StoreError):
        pass
    raise StoreError(f"{path}, line {number}, was changed after it was written: "
                     "put the file back from a copy, or salvage what is whole")


def _follow(path: Path, links: Sequence[Link], root: str) -> None:
    previous, number, last = root, 0, 0
    for line, link in enumerate(links, 1):
        odd = link.what == "sealed" and (link.number != number + 1 or link.first <= last)
        if odd or link.previous != previous:
            raise StoreError(f"{path}, line {line}, does not follow the line before it: lines are missing, "
                             "or were moved")
        if link.what == "sealed":
            number, last = link.number, link.last
        previous = link.link
