"""Damaged boosters: ``python tests/graph/boosters/mutants.py FOLDER COUNT``, of the whole files in a folder.

Each is read, and where it can be, it is run in ONNX Runtime. Prints what came of them as JSON; whatever is no clear
error ends this process.
"""

from __future__ import annotations

import faulthandler
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from shall import graph as g
from shall.adapters.boosters import read
from shall.core.errors import DataError, FileError
from shall.graph.booster import Booster, packed, unpacked
from shall.graph.value import Value

TOKENS = [b"-1", b"0", b"1", b"99999999999999999999", b"4294967295", b"2147483647", b"-2147483648", b"nan", b"inf",
          b"1e400", b"1e-320", b"16777216", b"", b"x", b"[]", b"{}", b"null", b"\xff\xfe", b"1_0", b"0x10", b"true",
          b'"', b"9" * 5000]
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def mutant(rng: np.random.Generator, content: bytes) -> bytes:
    """One file with some damage."""
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        content = DAMAGE[rng.integers(len(DAMAGE))](rng, content) or b"\n"
    return content


def _bytes(rng: np.random.Generator, content: bytes) -> bytes:
    changed = bytearray(content)
    for place in rng.integers(len(changed), size=rng.integers(1, 8)):
        changed[place] = rng.integers(256)
    return bytes(changed)


def _bit(rng: np.random.Generator, content: bytes) -> bytes:
    changed = bytearray(content)
    changed[rng.integers(len(changed))] ^= 1 << rng.integers(8)
    return bytes(changed)


def _cut(rng: np.random.Generator, content: bytes) -> bytes:
    start = rng.integers(len(content))
    return content[:start] + content[start + rng.integers(1, 200):]


def _end(rng: np.random.Generator, content: bytes) -> bytes:
    return content[:rng.integers(len(content))]


def _twice(rng: np.random.Generator, content: bytes) -> bytes:
    start, other = rng.integers(len(content), size=2)
    return content[:other] + content[start:start + rng.integers(1, 400)] + content[other:]


def _token(rng: np.random.Generator, content: bytes) -> bytes:
    found = list(NUMBER.finditer(content))
    if not found:
        return content
    one = found[rng.integers(len(found))]
    return content[:one.start()] + TOKENS[rng.integers(len(TOKENS))] + content[one.end():]


def _line(rng: np.random.Generator, content: bytes) -> bytes:
    lines = content.split(b"\n" if b"\n" in content else b",")
    one, other = rng.integers(len(lines), size=2)
    lines[one], lines[other] = lines[other], lines[one]
    return (b"\n" if b"\n" in content else b",").join(lines)


DAMAGE = [_bytes, _bit, _cut, _end, _twice, _token, _token, _token, _line]


def tried(content: bytes) -> str:
    """What becomes of it: refused when read, refused by the graph, or run."""
    try:
        booster = unpacked(packed(read(content)))
    except DataError:
        return "refused"
    if booster.width > 10_000 or booster.outputs > 1000:
        return "large"
    try:
        _run(booster)
    except (DataError, FileError):
        return "refused by the graph"
    return "run"


def _run(booster: Booster) -> None:
    x = g.inputs({f"c{place}": "number" for place in range(booster.width)})
    compiled = g.compile(x, raw=Value(booster.op, (x.numeric,), dict(booster.settings)))
    rows = np.array([[0.5], [np.nan], [3.0], [-1e300]]) * np.ones((1, booster.width))
    compiled._session({"numbers": rows})


def most_memory() -> int:
    """KiB, our own: `ru_maxrss` also has what the process that began us had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Try them; print how many of each."""
    faulthandler.enable()
    whole = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]
    rng, found, slowest = np.random.default_rng(0), Counter[str](), 0.0
    for place in range(int(sys.argv[2])):
        content = mutant(rng, whole[place % len(whole)])
        began = time.process_time()
        found[tried(content)] += 1
        slowest = max(slowest, time.process_time() - began)
    told: dict[str, Any] = {**found, "slowest": slowest,
                            "megabytes": most_memory() / 1024}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
