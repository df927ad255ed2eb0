"""Models on disk: the same to the last bit, refused when changed, blind to groups."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from shall import registry
from shall.core.errors import DataError
from shall.methods.model import Model, load
from shall.methods.prepare import encode
from shall.methods.rule import Event, Rule
from tests.methods.conftest import FEATURES, Adult

find = partial(registry.find, "methods")


@pytest.fixture(scope="module", params=["lightgbm", "logistic_regression"])
def model(request: pytest.FixtureRequest, adult: Adult) -> Model:
    learn = find(request.param)
    encoding = encode.fit(adult.table, FEATURES)
    X = encoding(adult.table)
    group = learn.fit(np.column_stack([X, adult.label]), adult.female, (*encoding.sizes, 0))
    events = (Event((True, False), None, 0.67), Event((False, True), None, 0.33))
    target = learn.fit(X, adult.label, encoding.sizes)
    return Model(request.param, encoding, target, group, Rule(0.5, events, (-0.1, 0.1)), group_learner=request.param)


def test_it_comes_back_to_the_last_bit(model: Model, held_out: Adult, tmp_path: Path) -> None:
    back = load(model.save(tmp_path / "model"), find)
    np.testing.assert_array_equal(back.score(held_out.table), model.score(held_out.table))
    np.testing.assert_array_equal(back.decide(held_out.table), model.decide(held_out.table))
    assert back.digest == model.digest


def test_nobodys_sex_or_race_is_needed_to_decide(model: Model, held_out: Adult) -> None:
    blind = held_out.table.drop_columns(["sex", "race", "income"])
    np.testing.assert_array_equal(model.decide(blind), model.decide(held_out.table))


def test_one_row_decides_as_many_do(model: Model, held_out: Adult) -> None:
    some = held_out.table.slice(0, 50)
    alone = np.concatenate([model.decide(some.slice(row, 1)) for row in range(50)])
    np.testing.assert_array_equal(alone, model.decide(some))


def test_the_rule_shifts_decisions_and_not_the_probability(model: Model, held_out: Adult) -> None:
    plain = Model(model.learner, model.encoding, model.target)
    np.testing.assert_array_equal(plain.score(held_out.table), model.score(held_out.table))
    assert (plain.decide(held_out.table) != model.decide(held_out.table)).any()


@pytest.mark.parametrize("name", ["target.txt", "group.txt"])
def test_a_changed_byte_is_refused(model: Model, tmp_path: Path, name: str) -> None:
    folder = model.save(tmp_path)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(DataError, match="was changed"):
        load(folder, find)


def test_other_folders_and_newer_models_are_refused(model: Model, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no model\.json"):
        load(tmp_path, find)
    folder = model.save(tmp_path)
    described = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**described, "shall_model": 3}))
    with pytest.raises(DataError, match="version 3"):
        load(folder, find)
    (folder / "model.json").write_text("{}")
    with pytest.raises(DataError, match="damaged"):
        load(folder, find)
