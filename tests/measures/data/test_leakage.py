from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from shall.core.verdict import Finding


def test_the_label_under_another_name(ask: Any, tumours: pa.Table) -> None:
    code = pa.array(["yes" if one else "no" for one in tumours["label"].to_pylist()])
    found = ask("leakage over feature <= 90%", tumours.append_column("it's so", code))
    values = {dict(row.group)["feature"]: row.value for row in found.deciding.groups}
    assert found.verdict is Finding.BROKEN and values["it's so"] > 0.97 > 0.75 > values["worst area"] > 0.5
    assert abs(values["ward"]) < 0.02


def test_what_is_filled_in_for_one_label_only(ask: Any, tumours: pa.Table) -> None:
    """An id that only rows of one label have: it is missing that tells."""
    case = pa.array([f"case {row}" if one else None for row, one in enumerate(tumours["label"].to_pylist())])
    assert ask("leakage(case) <= 90%", tumours.append_column("case", case)).deciding.value > 0.95


def test_a_number_beside_the_theory(ask: Any) -> None:
    """A normal shift of two deviations: the mutual information by numerical integration."""
    chance = np.random.default_rng(0)
    label = chance.integers(0, 2, 20_000)
    x = chance.normal(2.0 * label, 1)
    grid = np.linspace(-6, 8, 20_001)
    one, two = (np.exp(-((grid - centre) ** 2) / 2) / np.sqrt(2 * np.pi) for centre in (0, 2))
    mixed = (one + two) / 2
    theory = sum((0.5 * p * np.log2(p / mixed)).sum() * (grid[1] - grid[0]) for p in (one, two))
    found = ask("leakage(x) <= 100%", pa.table({"x": x, "label": label}))
    assert found.deciding.value == pytest.approx(theory, abs=0.02)


def test_one_class_is_undecided(ask: Any, tumours: pa.Table) -> None:
    table = tumours.set_column(4, "label", pa.array([1] * 569))
    assert ask("leakage over feature <= 100%", table).verdict is Finding.UNDECIDED
