"""Decisions as texts: what `shall predict` writes is what a log of the same decisions has."""

from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import MISSING
from shall.runtimes.decisions import of_classes, texts
from shall.runtimes.labelling import text_of


@pytest.mark.parametrize(("decided", "classes", "written"), [
    (np.array([True, False]), [False, True], ["true", "false"]),
    (np.array([1.0, 0.0]), ["no", "yes"], ["yes", "no"]),
    (np.array([1.0, 7.0]), [3, 4], ["4", MISSING]),
])
def test_they_are_written_as_a_log_has_them(decided: np.ndarray, classes: list[object], written: list[object]) -> None:
    found = of_classes(decided, classes)
    assert texts(found)[:, 0].tolist() == written
    assert [text_of(one) for one in found.tolist() if one is not None] == [one for one in written if one != MISSING]
