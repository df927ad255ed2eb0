"""Of real rows it answers those of the kinds that it learned from, as right as promised, and hardly any others."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.methods.selective import unseen
from tests.methods.conftest import FEATURES, rows


def test_people_over_60_are_sent_away_and_the_others_are_answered_right() -> None:
    some = rows(0, 24_000)
    young = some.table.column("age").to_numpy() <= 60
    encoding = encode.fit(some.table, FEATURES)
    X, chance = encoding(some.table), np.random.default_rng(0).permutation(np.flatnonzero(young))
    train, fresh, old = chance[:12_000], chance[12_000:], np.flatnonzero(~young)

    def learn(X: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> Any:
        return lightgbm.fit(X, y, encoding.sizes, classes=2, settings={"rounds": 60})

    made = unseen.fit(X[train], some.label[train], encoding.sizes, learn, names=encoding.features, risk=0.05)
    said, strange = made(X[fresh]), made(X[old])
    assert said.seen.mean() >= 0.93 and said.answered.mean() >= 0.5
    assert (said.decision != some.label[fresh])[said.answered].mean() <= 0.05
    assert not strange.seen.any() and not strange.answered.any()
    assert (strange.decision != some.label[old])[strange.sure].mean() > 0.05        # what would have left without it
    again = unseen.of(json.loads(json.dumps(made.described())), made.learned)
    np.testing.assert_array_equal(again(X[fresh]).answered, said.answered)


def test_what_cannot_be_learned_from_is_refused() -> None:
    X, y = np.zeros((120, 2)), np.arange(120) % 2
    with pytest.raises(DataError, match="100 rows"):
        unseen.fit(X[:50], y[:50], (0, 0), lambda X, y: None)   # type: ignore[arg-type, return-value]
    with pytest.raises(DataError, match="the shapes"):
        unseen.fit(X, y, (0,), lambda X, y: None)               # type: ignore[arg-type, return-value]
