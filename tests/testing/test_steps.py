"""The kit takes a good preparation, and finds each thing that may be wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from shall.methods.prepare import impute, scale, target_encoding
from shall.testing import check_step

Spoil = Callable[..., ModuleType]


@pytest.mark.parametrize("good", [impute, scale, target_encoding])
def test_a_good_step_passes(spoil: Spoil, good: ModuleType) -> None:
    check_step(spoil(good))


@pytest.mark.parametrize(("good", "old", "new", "message"), [
    (impute, "def of(described:", "def read(described:", r"a function `of\(described\)`"),
    (impute, "classes: int = 2, seed: int = 0,", "seed: int = 0, classes: int = 2,", "`fit` must take"),
    (impute, "Reference: Little", "From Little", "must name its source"),
    (impute, 'KINDS: Final = ("binary",', 'KINDS: Final = ("ranking",', "it must have KINDS"),
    (impute, "chosen(SPACE, settings)", '{"strategy": "mean", "indicator": True}', "a setting that it does not have"),
    (impute, "np.where(missing, np.array(self.fill), X)", "np.where(missing, np.inf, X)", "gives an infinite number"),
    (impute, "return Imputed(fill, told, (*sizes, *(0 for _ in told)))", "return Imputed(fill, told, tuple(sizes))",
     "one column for each of its sizes"),
    (impute, 'tuple(described["fill"])', '(0.0,) * len(described["fill"])', "what `of` gives back says something else"),
    (impute, '"told": list(self.told)', '"told": np.array(self.told)', "must be plain JSON data"),
    (impute, "X = finite(X, len(self.fill))", "X = finite(X, len(self.fill)) - np.nanmean(X[:, :1])",
     "a row must be prepared by itself"),
    (impute, "    fill = tuple(", "    X[:, 0] += np.random.default_rng().normal()\n    fill = tuple(", "another step"),
    (scale, "X = np.clip(finite(X, len(self.columns)), -LARGEST, LARGEST)", "X[X > 9] = 9", "it changes the matrix"),
    (scale, "if not len(values) or values.min() == values.max():", "if values.min() == values.max():",
     "raises ValueError: zero-size array"),
    (target_encoding, "found[here] = others(X[here])", "found[here] = step(X[here])", "help of its own label"),
    (target_encoding, "return step, found", "return others, found", "the step that `fit` gives"),
])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_step_that_breaks_a_rule_is_found(spoil: Spoil, good: ModuleType, old: str, new: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_step(spoil(good, old, new))
