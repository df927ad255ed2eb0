"""Adult and COMPAS with their groups; and what a learned model does to them at 0.5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.methods.task import Learned, Recipe, Sample, Target
from tests.methods.conftest import FEATURES, Adult

SEXES = ((("sex", "Female"),), (("sex", "Male"),))
COMPAS = ("age", "priors_count", "c_charge_degree", "juv_fel_count", "juv_misd_count", "juv_other_count")


@dataclass(frozen=True)
class World:
    """Rows to learn from, new rows, and the recipe of a learner."""

    train: Sample
    new: Sample
    recipe: Recipe

    def plain(self) -> Learned:
        return self.recipe(self.train.X, self.train.label)


def rates(learned: Learned, sample: Sample, target: Target) -> np.ndarray[Any, Any]:
    """The rate of each group of a target."""
    decided = learned.probabilities(sample.X)[:, 1] >= 0.5
    member = target.members(sample)
    return decided.astype(float) @ member / member.sum(axis=0)


def ratio(learned: Learned, sample: Sample, target: Target) -> float:
    found = rates(learned, sample, target)
    return float(found.min() / found.max())


def accuracy(learned: Learned, sample: Sample) -> float:
    return float(((learned.probabilities(sample.X)[:, 1] >= 0.5) == sample.label).mean())


@pytest.fixture(scope="session")
def census(adult: Adult, held_out: Adult) -> World:
    encoding = encode.fit(adult.table, FEATURES)
    samples = [Sample(encoding(part.table), part.label, {"sex": np.where(part.female == 1, "Female", "Male")})
               for part in (adult, held_out)]
    return World(*samples, Recipe("lightgbm", lightgbm.fit, encoding.sizes))


@pytest.fixture(scope="session")
def compas() -> World:
    """The favourable label is not to be arrested again."""
    table = pq.read_table(fetch("compas") / "compas.parquet")
    encoding = encode.fit(table, COMPAS)
    whole = Sample(encoding(table), 1 - np.asarray(table.column("two_year_recid"), dtype=np.int64),
                   {name: np.array(table.column(name).to_pylist(), dtype=np.str_) for name in ("sex", "age_cat")})
    even = np.arange(len(whole.label)) % 2 == 0
    recipe = Recipe("lightgbm", lightgbm.fit, encoding.sizes, settings={"num_leaves": 8, "rounds": 60})
    return World(whole.take(even), whole.take(~even), recipe)
