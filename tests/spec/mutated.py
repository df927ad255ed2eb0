"""Reads mutants of good files under a limit of memory: ``python tests/spec/mutated.py NUMBER SEED FOLDER``.

Prints what came of them as JSON. Anything but a FileError, more than 64 MB over what the process had, or more
than a second ends it with a traceback and the mutant that did it in FOLDER.
"""

from __future__ import annotations

import datetime
import json
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from conftest import CARDS

from shall import spec
from shall.core.errors import FileError
from shall.registry import Named
from shall.spec.migrating import migrate

TODAY = datetime.date(2026, 11, 21)
HERE = Path(__file__).parent
NAMES = {name: Named(measure, card, preset) for measure, card in CARDS.items()
         for name, preset in ((measure, ()), *card.aliases)}
MORE = 64 << 20                                     # bytes
SECONDS = 1.0
LONGEST = 300_000                                   # bytes: over the cap, and no work for the one who mutates
TOKEN = re.compile(rb"\w+|\s+|[^\w\s]")
PIECES = [piece.encode() for piece in (
    *"\"'[]{}=,.#\n\\ `()<>%0-", '"""', "'''", "[x]\n", "true", "nan", "inf", "1e999", "2027-01-01", "[[a]]\n", "[[",
    "\0", "\u00e9", "\u200b", "requirements", "[requirements]\n", "extends = ['four-fifths']\n", "fair.x", "\r", "0x1F",
    "1_000", "over sex ", "ratio of ", ">= 0.5", "9" * 5000, "a." * 50, "[" * 40, "{a=" * 40, "not " * 60, "(" * 60)]
Mutate = Callable[[bytes, random.Random, list[bytes]], bytes]


def bit(text: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    """A bit that is the other one."""
    changed = bytearray(text)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def byte(text: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    """Bytes taken out, put in or changed."""
    at, size = chance.randrange(len(text)), chance.randint(0, 8)
    return text[:at] + chance.randbytes(chance.randint(0, 4)) + text[at + size:]


def token(text: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    """Tokens changed for one another, or for pieces that hurt."""
    tokens = TOKEN.findall(text)
    for _ in range(chance.randint(1, 5)):
        tokens[chance.randrange(len(tokens))] = chance.choice([chance.choice(tokens), chance.choice(PIECES), b""])
    return b"".join(tokens)


def line(text: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    """Lines moved, doubled or left out."""
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        kept = lines[at] if chance.random() < 0.5 else lines.pop(at)
        lines.insert(chance.randrange(len(lines) + 1), kept * chance.choice([0, 1, 2, 50]))
    return b"".join(lines)


def splice(text: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """The beginning of one file and the end of another."""
    other = chance.choice(others)
    return text[:chance.randrange(len(text))] + other[chance.randrange(len(other)):]


KINDS: tuple[Mutate, ...] = (bit, byte, token, line, splice)


def read(path: Path, text: bytes) -> str:
    """What comes of a mutant."""
    path.write_bytes(text)
    try:
        file = spec.load(path, on=TODAY, measures=NAMES)
    except FileError as error:
        assert error.problems and all(problem.message for problem in error.problems) and str(error)
        outcome = "told"
    else:
        assert all(str(requirement) for requirement in file.requirements)
        outcome = "read"
    try:
        migrate(text.decode(), measures=NAMES)
    except (FileError, UnicodeDecodeError):
        return outcome
    return outcome


def most_memory() -> int:
    """KiB, our own: `ru_maxrss` also has what the process that began us had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main(number: int, seed: int, folder: Path) -> None:
    """Read the mutants and print the figures."""
    good = [path.read_bytes() for path in (HERE / "good.toml", *sorted((HERE / "good").glob("*.toml")))]
    chance = random.Random(seed)
    path = folder / "mutant.toml"
    for text in good:                               # what a first reading loads is no cost of a mutant
        read(path, text)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = most_memory()
    resource.setrlimit(resource.RLIMIT_AS, (size + MORE, size + MORE))
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(number):
        text = chance.choice(good)
        for _ in range(chance.choice([1, 1, 2, 3])):
            text = chance.choice(KINDS)(text or b"\n", chance, good)[:LONGEST]
        began = time.process_time()
        outcomes[read(path, text)] += 1
        slowest = max(slowest, time.process_time() - began)
        assert slowest < SECONDS
    more = (most_memory() - before) / 1024
    print(json.dumps({**outcomes, "slowest_s": round(slowest, 4), "more_mb": round(more, 1)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
