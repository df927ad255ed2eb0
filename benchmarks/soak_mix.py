"""What a soak asks, in which order, and what it was answered."""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from benchmarks import load_bodies
from benchmarks.serving_client import request

WRONG: Final = 422
MODEL: Final = re.compile(rb'"model":"([^"]+@[^"]+)"')
PATTERN: Final = "dddddddddsdddddvdddddddddldddddddddwdddddddvdddddl"   # of fifty requests: see `Mix`


@dataclass
class Mix:
    """What is asked next, and what was answered: ``answered`` has the evidence ids, ``labelled`` those with a label."""

    seed: int = 0
    answered: set[str] = field(default_factory=set)
    labelled: list[str] = field(default_factory=list)
    kept: int = 0                           # labels of which it was said that they are kept
    wrong: int = 0                          # requests that had to be refused, and were
    shed: int = 0                           # told to come again (503, Retry-After): the machine had no time
    failed: list[tuple[int, bytes]] = field(default_factory=list)
    twice: int = 0                          # ids that came twice
    models: Counter[str] = field(default_factory=Counter)
    seconds: list[tuple[float, float]] = field(default_factory=list)    # when, and how long one row took
    _ready: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def requests(self) -> Iterator[bytes]:
        """Without an end: a row (d), 64 rows (s), V2 (v), a label of an earlier decision (l), a wrong row (w)."""
        rows = itertools.cycle(load_bodies.single(512, self.seed + 1))
        many, v2 = itertools.cycle(load_bodies.several(64, 8)), itertools.cycle(load_bodies.v2(128))
        wrong = request(load_bodies.PATH, b'{"inputs":{"x0":"seven"}}')
        for kind in itertools.cycle(PATTERN):
            if kind == "l" and self._ready:
                self.labelled.append(self._ready.pop(0))
                yield load_bodies.label(self.labelled[-1])
            else:
                yield wrong if kind == "w" else next({"s": many, "v": v2}.get(kind, rows))

    def heard(self, status: int, body: bytes, seconds: float) -> None:
        """Count an answer."""
        if status == WRONG and b'"faults"' in body:
            self.wrong += 1
        elif status == 503 and b"urn:shall:overloaded" in body:
            self.shed += 1
        elif status != 200:
            self.failed.append((status, body))
        elif body.startswith(b'{"kept":'):
            self.kept += 1
        elif found := load_bodies.ids(body):
            self.twice += len(found) - len({*found} - self.answered)
            self.answered.update(found)
            if len(found) == 1:
                self.seconds.append((time.monotonic() - self._began, seconds))
                self.models.update(one.decode() for one in MODEL.findall(body))
                if len(self.answered) % 16 == 0:
                    self._ready.append(found[0])
