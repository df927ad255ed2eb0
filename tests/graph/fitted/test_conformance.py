"""Every class of scikit-learn that a graph knows says the same in the graph, in every way that it can be asked."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from sklearn.base import clone

from shall import registry
from shall.graph.fitted import refusals
from tests.graph.fitted import cases
from tests.graph.fitted.agreeing import differences

NEAR = 1e-9


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
    for case in family():
        found = differences(_fitted(case), case[3])
        assert found, f"{case[0]} was asked nothing"
        different |= {f"{case[0]}.{method}": apart for method, apart in found.items() if apart > NEAR}
    assert not different


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
