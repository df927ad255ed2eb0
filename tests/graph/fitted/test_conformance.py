"""Every class of scikit-learn that a graph knows says the same in the graph, in every way that it can be asked."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from shall import registry
from shall.graph.fitted import refusals
from shall.graph.kinds import MISSING
from tests.graph.fitted import cases
from tests.graph.fitted.agreeing import both, differences

NEAR = 1e-9


@cache
def _every(family: Any) -> list[tuple[Any, Any]]:
    """Each fitted object of a family, and rows to ask."""
    return [(_fitted(case), case[3]) for case in family()]


def _fitted(case: Any) -> Any:
    unfitted, rows, label, _ = case
    one = clone(unfitted)
    for name in one.get_params() if hasattr(one, "get_params") else ():
        if name.split("__")[-1] == "random_state":
            one.set_params(**{name: 0})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return one.fit(rows, label)


@pytest.mark.parametrize("family", cases.FAMILIES, ids=lambda family: family.__name__)
@pytest.mark.filterwarnings("ignore")
def test_says_the_same(family: Any) -> None:
    different = {}
    for fitted, rows in _every(family):
        found = differences(fitted, rows)
        assert found, f"{fitted} was asked nothing"
        different |= {f"{fitted}.{method}": apart for method, apart in found.items() if apart > NEAR}
    assert not different


@pytest.mark.parametrize("family", [cases.maps, cases.of_texts, cases.of_three, cases.of_two, cases.of_numbers],
                         ids=lambda family: family.__name__)
@pytest.mark.filterwarnings("ignore")
def test_is_missing_where_the_library_refuses(family: Any) -> None:
    told, refused = {}, 0
    for fitted, rows in _every(family):
        row = rows.iloc[:1].copy()
        row["age" if "age" in row else row.columns[0]] = np.nan
        for method, theirs, ours in both(fitted, row):
            refused += theirs is None
            missing = ours == MISSING if ours.dtype.kind in "UO" else np.isnan(ours)
            if theirs is None and not (missing.any() if method == "transform" else missing.all()):
                told[f"{fitted}.{method}"] = ours
    assert refused and not told


def _inside(one: Any, levels: int = 6) -> set[str]:
    """The classes of an object and of what it is made of."""
    if isinstance(one, list | tuple):
        return {name for part in one for name in _inside(part, levels)}
    if not type(one).__module__.startswith("sklearn") or not levels:
        return set()
    return {type(one).__name__}.union(*(_inside(value, levels - 1) for value in vars(one).values()))


def test_each_class_has_a_case() -> None:
    files = [registry.find("graph", name) for name in registry.within("graph", "fitted")]
    known = {name.partition(".")[2] for file in files if file is not refusals for name in file.CLASSES
             if name.startswith("sklearn.")}
    tried = {name for family in cases.FAMILIES for case in family() for name in _inside(case[0])}
    assert known - tried == set()
