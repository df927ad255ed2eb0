"""Rows that can be learned from: labels, groups, weights and folds."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.core.log import Binding, Column, GroupDef
from shall.methods.prepare import encode
from shall.methods.task import Sample
from shall.phases.building.fitting import folds_of, labelled, sample

FEATURES = ("age", "education_num", "marital_status", "occupation", "relationship", "hours_per_week")
BINDING = Binding(roles=(("label", Column("income")),), positive=">50K",
                  groups=(GroupDef("sex", "sex"), GroupDef("race", "race")))


@pytest.fixture(scope="module")
def parts() -> tuple[pa.Table, pa.Table]:
    table = pq.read_table(fetch("adult") / "train.parquet")
    return table.slice(0, 5000), table.slice(5000, 3000)


@pytest.fixture(scope="module")
def samples(parts: tuple[pa.Table, pa.Table]) -> tuple[encode.Encoding, Sample, Sample]:
    encoding = encode.fit(parts[0], FEATURES)
    train, held = (sample(table, BINDING, encoding, ["sex", "race"]) for table in parts)
    return encoding, train, held


def test_rows_without_a_label_are_left_out(parts: tuple[pa.Table, pa.Table]) -> None:
    table = parts[0].slice(0, 100)
    income = table["income"].to_pylist()
    income[3] = None
    place = table.schema.get_field_index("income")
    kept, label = labelled(table.set_column(place, "income", pa.array(income)), BINDING)
    assert kept.num_rows == len(label) == 99
    np.testing.assert_array_equal(label, [value == ">50K" for value in income if value is not None])


def test_a_sample_holds_labels_and_groups(parts: tuple[pa.Table, pa.Table],
                                          samples: tuple[encode.Encoding, Sample, Sample]) -> None:
    _, train, _ = samples
    assert train.X.shape == (5000, len(FEATURES))
    np.testing.assert_array_equal(train.groups["sex"], parts[0]["sex"].to_pylist())
    np.testing.assert_array_equal(train.label, [value == ">50K" for value in parts[0]["income"].to_pylist()])


def test_labels_of_several_classes_and_numbers(parts: tuple[pa.Table, pa.Table]) -> None:
    table = parts[0].slice(0, 200)
    classes = tuple(sorted(set(table["race"].to_pylist())))
    several = Binding((("label", Column("race")),), kind="multiclass", classes=classes)
    kept, label = labelled(table, several)
    assert [classes[place] for place in label] == kept["race"].to_pylist()
    number = Binding((("label", Column("age")), ("weight", Column("hours_per_week"))), kind="regressor")
    ages = pa.array([None, float("nan"), *table["age"].to_pylist()[2:]], pa.float64())
    holed = table.set_column(table.schema.get_field_index("age"), "age", ages)
    kept, label = labelled(holed, number)
    assert label.tolist() == ages.to_pylist()[2:]
    some = sample(kept, number, encode.fit(kept, ["education_num"]), ())
    assert some.weight is not None
    np.testing.assert_array_equal(some.weight, kept["hours_per_week"].to_pylist())


def test_folds_are_alike_in_labels_and_keep_units_together(parts: tuple[pa.Table, pa.Table]) -> None:
    table = parts[0]
    _, label = labelled(table, BINDING)
    fold = folds_of(table, BINDING, label, 3)
    shares = [label[fold == number].mean() for number in range(3)]
    assert max(shares) - min(shares) < 0.001
    np.testing.assert_array_equal(fold, folds_of(table, BINDING, label, 3))
    homes = Binding((("label", Column("income")), ("unit", Column("native_country"))), positive=">50K")
    fold = folds_of(table, homes, label, 3)
    of_home: dict[str, set[int]] = {}
    for home, number in zip(table["native_country"].to_pylist(), fold.tolist(), strict=True):
        of_home.setdefault(home, set()).add(number)
    assert {len(numbers) for numbers in of_home.values()} == {1}
    assert len(set(fold.tolist())) == 3
