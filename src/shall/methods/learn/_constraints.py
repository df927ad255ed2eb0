"""What trees must keep to: directions of features, and which of them may meet in a tree.

Both are text, because a setting is one plain value: `monotone` has 1 (rises), -1 (falls) or 0 for each feature,
"0,1,0,-1"; `interactions` has groups of places of features, which count from 0, "0,1;2,3".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shall.core.errors import InputError
from shall.methods.task import Choice

GIVEN: Final = (Choice("monotone", ""), Choice("interactions", ""))         # by a user; no search chooses them


def monotone(text: str, sizes: Sequence[int]) -> list[int]:
    """1, -1 or 0 for each feature, or nothing. InputError where they are not as many, or a category has one."""
    if not text.strip():
        return []
    found = _whole("monotone", text)
    if len(found) != len(sizes) or not set(found) <= {-1, 0, 1}:
        raise InputError(f"monotone must be 1, -1 or 0 for each of the {len(sizes)} features, and is {text!r}")
    for place, (direction, size) in enumerate(zip(found, sizes, strict=True)):
        if direction and size:
            raise InputError(f"monotone: feature {place} has categories, which have no order, so it must be 0")
    return found


def interactions(text: str, features: int) -> list[list[int]]:
    """Groups of places of features, or nothing; a feature that no group has is alone. InputError where one is none."""
    if not text.strip():
        return []
    groups = [_whole("interactions", group) for group in text.split(";")]
    named = {place for group in groups for place in group}
    if wrong := sorted(place for place in named if not 0 <= place < features):
        raise InputError(f"interactions: there is no feature {wrong[0]}; the places are 0 to {features - 1}")
    return [*groups, *([place] for place in range(features) if place not in named)]


def _whole(name: str, text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError(f"{name} must be whole numbers with commas, and is {text!r}") from error
