"""Reads the keys of one TOML table by kind; what is of another kind is a problem, never an exception."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from shall.spec.places import Path
from shall.spec.problems import Problems, did_you_mean


def kind_of(value: object) -> str:
    """What a TOML value is, in words."""
    words = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a table"}
    return words.get(type(value), "a date")


def named(path: Path) -> str:
    """A table as it is written: ``[requirements.fair]``."""
    return f"[{'.'.join(map(str, path))}]"


def where(path: Path) -> str:
    """Where a key is: ``in [requirements.fair]``."""
    return f"in {named(path)}" if path else "at the top of the file"


def _texts(value: object) -> bool:
    """Whether it is a list of some texts."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


class Table:
    """One table of the document, or an empty one where it is absent or something else."""

    def __init__(self, parent: Mapping[str, Any], path: Path, problems: Problems, example: str = "") -> None:
        given = parent.get(str(path[-1]), {}) if path else parent
        if not isinstance(given, dict):
            message = f"`{path[-1]}` is a table, not {kind_of(given)}"
            problems.at_value(path, message, f"write: {example or named(path)}")
            given = {}
        self.given: dict[str, Any] = given
        self.path, self.problems = path, problems

    def __contains__(self, key: str) -> bool:
        return key in self.given

    def wrong(self, key: str, message: str, fix: str = "") -> None:
        """A problem of the value of one key."""
        self.problems.at_value((*self.path, key), message, fix)

    def only(self, keys: Sequence[str], elsewhere: Mapping[str, str] | None = None) -> None:
        """Every other key is a problem; ``elsewhere`` says where a key belongs."""
        for key in self.given:
            if key in keys:
                continue
            home = (elsewhere or {}).get(key)
            fix = f"it belongs {home}" if home else did_you_mean(key, keys, "the keys are")
            table = not self.path and isinstance(self.given[key], dict)
            what = f"there is no table [{key}]" if table else f"there is no key `{key}` {where(self.path)}"
            self.problems.at_key((*self.path, key), what, fix)

    def text(self, key: str, default: str = "", example: str = "…") -> str:
        """A text that is not empty."""
        value = self.given.get(key, default)
        if not isinstance(value, str) or (key in self.given and not value.strip()):
            what = "empty" if isinstance(value, str) else f"a text, not {kind_of(value)}"
            self.wrong(key, f"`{key}` is {what}", f'write: {key} = "{example}"')
            return default
        return value

    def texts(self, key: str, example: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.given.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.wrong(key, f"`{key}` is a list of texts", f"write: {key} = [{example}]")
            return ()
        seen: set[str] = set()
        for index, item in enumerate(value):
            if item in seen:
                self.problems.at_value((*self.path, key, index), f'"{item}" is named twice', "leave one of them out")
            seen.add(item)
        return tuple(value)

    def lists(self, key: str, example: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts."""
        value = self.given.get(key, [])
        if not isinstance(value, list) or not all(_texts(some) for some in value):
            self.wrong(key, f"`{key}` is a list of lists of texts", f"write: {key} = [{example}]")
            return ()
        return tuple(map(tuple, value))

    def choice(self, key: str, words: Sequence[str], default: str) -> str:
        """One of some words."""
        value = self.text(key, default, '" or "'.join(words))
        if value not in words:
            self.wrong(key, f'there is no {key} "{value}"', did_you_mean(value, words, "there are"))
            return default
        return value

    def number(self, key: str, low: float, high: float, example: str) -> float | None:
        """A number in [low, high], or None where there is none."""
        value = self.given.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(key, f"`{key}` is a number, not {kind_of(value)}", f"write: {key} = {example}")
            return None
        if not low <= value <= high:                # also where it is not a number at all
            limits = f"from {low:g} to {high:g}" if math.isfinite(high) else f"at least {low:g}"
            self.wrong(key, f"`{key}` is {limits}, not {value}", f"write: {key} = {example}")
            return None
        return value

    def whole(self, key: str, low: int, example: str) -> int | None:
        """A whole number of at least ``low``, or None where there is none."""
        value = self.number(key, low, math.inf, example)
        if value is None or isinstance(value, int):
            return value
        self.wrong(key, f"`{key}` is a whole number, not {value}", f"write: {key} = {example}")
        return None
