"""An additive model is its tables: exactly, readably, and without the library that made it."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from shall.methods.learn import additive
from shall.methods.learn.additive import Learned
from tests.methods.learn.conftest import Split


@pytest.fixture(scope="module")
def learned(census: Split) -> Learned:
    return additive.fit(census.X, census.y, census.sizes)


def test_the_margin_is_the_sum_of_the_tables(learned: Learned, census: Split) -> None:
    total = learned.constant + sum(table(census.new[:, table.feature]) for table in learned.tables)
    np.testing.assert_allclose(learned.margins(census.new), total, rtol=0, atol=1e-12)
    np.testing.assert_allclose(learned.probabilities(census.new)[:, 1], 1 / (1 + np.exp(-total[:, 0])), rtol=1e-12)
    assert len({table.feature for table in learned.tables}) == len(learned.tables) <= 8


def test_no_two_features_meet(learned: Learned, census: Split) -> None:
    one, other = census.new[:500].copy(), census.new[500:1000].copy()
    mixed = [np.where(np.arange(8) == 0, first, second) for first, second in ((one, other), (other, one))]
    together = learned.margins(one) + learned.margins(other)
    np.testing.assert_allclose(learned.margins(mixed[0]) + learned.margins(mixed[1]), together, atol=1e-12)


def test_tables_can_be_read(learned: Learned, census: Split) -> None:
    said = json.loads(learned.content())
    age = next(table for table in said["tables"] if table["feature"] == 0)
    assert age["edges"] == sorted(set(age["edges"]))
    assert len(age["values"]) == len(age["edges"]) + 1
    relation = next(table for table in learned.tables if table.feature == 5)
    assert relation.edges is None and relation.values.shape == (6, 1)
    for table in learned.tables:                # each is 0 on average, so an entry tells by how much a value differs
        assert table(census.X[:, table.feature]).mean() == pytest.approx(0, abs=1e-9)
    missing = np.array([np.nan, -1.0, 6.0])
    np.testing.assert_array_equal(relation(missing), np.tile(relation.missing, (3, 1)))


def test_a_value_on_an_edge_counts_below_it(learned: Learned) -> None:
    age = next(table for table in learned.tables if table.feature == 0)
    assert age.edges is not None
    np.testing.assert_array_equal(age(age.edges), age.values[:-1])
    np.testing.assert_array_equal(age(np.nextafter(age.edges, np.inf)), age.values[1:])


def test_a_saved_model_answers_without_lightgbm(learned: Learned, census: Split) -> None:
    program = ("import sys, json; sys.modules['lightgbm'] = None; import numpy as np\n"
               "from shall.methods.learn import additive\n"
               "content, X = sys.stdin.buffer.read().split(b'\\n')\n"
               "print(json.dumps(additive.load(content).probabilities(np.array(json.loads(X))).tolist()))\n"
               "try: additive.fit(None, None, ())\n"
               "except Exception as error: print(error)\n")
    some = census.new[:20]
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True,
                         input=learned.content() + b"\n" + json.dumps(some.tolist()).encode())
    answers, problem = ran.stdout.decode().splitlines()
    np.testing.assert_array_equal(json.loads(answers), learned.probabilities(some))
    assert problem == "the additive model needs lightgbm: pip install 'shall[build]'"
