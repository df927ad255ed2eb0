from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction import FeatureHasher

from shall import graph as g
from shall.core.errors import InputError

CITIES, HOURS = ("Oslo", "Rome", None, "nobody"), (1.0, 2.0, None, 99.0)
ROWS = [{"city": city, "hour": hour, "sex": sex} for city in CITIES for hour in HOURS for sex in ("f", "m")]


def said(of: Callable[[g.Columns], g.Value]) -> Any:
    x = g.inputs({"city": ["Oslo", "Rome"], "hour": "number", "sex": ["f", "m"]})
    return g.compile(x, it=of(x))(ROWS)["it"]


def test_a_table_of_pairs_is_a_dict_of_tuples() -> None:
    table = {("Oslo", 1): 0.1, ("Rome", 2): 0.2, (None, 2): 0.3, ("Oslo", None): 0.4, (None, None): 0.5}
    found = said(lambda x: g.cross(x["city"], x["hour"]).lookup(table, default=0.9))
    assert found.tolist() == [table.get((row["city"], row["hour"]), 0.9) for row in ROWS]


def test_a_frame_with_an_index_of_three_levels() -> None:
    keys = [("Oslo", 1.0, "f"), ("Rome", 2.0, "m"), ("Rome", 1.0, "f")]
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": [4.0, 5, 6]}, index=pd.MultiIndex.from_tuples(keys))
    found = said(lambda x: g.cross(x["city"], x["hour"], x["sex"]).lookup(frame, default=[0, -1]))
    known = {key: [row.a, row.b] for key, row in frame.iterrows()}
    assert found.tolist() == [known.get((row["city"], row["hour"], row["sex"]), [0, -1]) for row in ROWS]


def test_codes_and_columns_of_pairs() -> None:
    pairs = [(city, sex) for city in ("Oslo", "Rome") for sex in ("f", "m")]
    places = [pairs.index((row["city"], row["sex"])) if (row["city"], row["sex"]) in pairs else -1 for row in ROWS]
    assert said(lambda x: g.cross(x["city"], x["sex"]).codes()).tolist() == places
    assert said(lambda x: g.cross(x["city"], x["sex"]).one_hot()).tolist() == [
        [float(place == column) for column in range(4)] for place in places]
    some = said(lambda x: g.cross(x["city"], x["hour"]).one_hot([("Oslo", 1), (None, 2)]))
    assert some.tolist() == [[row["city"] == "Oslo" and row["hour"] == 1, row["city"] is None and row["hour"] == 2]
                             for row in ROWS]
    x = g.inputs({"city": ["Oslo"], "sex": ["f"]})
    assert g.cross(x["city"], x["sex"]).one_hot().names == ("city=Oslo_sex=f",)


def test_a_bucket_is_the_column_of_a_feature_hasher() -> None:
    words = [f"word {place}" for place in range(500)]
    x = g.inputs({"word": "hashed"})
    for buckets in (2, 1000, 2**20):
        hasher = FeatureHasher(buckets, input_type="string", alternate_sign=False)
        found = g.compile(x, it=g.hashed(x["word"], buckets))({"word": words})["it"]
        assert found.tolist() == hasher.transform([[word] for word in words]).indices.tolist()


def test_buckets_of_pairs_are_spread() -> None:
    x = g.inputs({"one": "hashed", "other": "hashed"})
    it = g.cross(x["one"], x["other"]).hashed(64)
    pairs = [{"one": f"a{one}", "other": f"b{other}"} for one in range(80) for other in range(80)]
    found = g.compile(x, it=it)(pairs)["it"]
    counts = np.bincount(found.astype(int), minlength=64)
    assert len(counts) == 64 and ((counts - 100) ** 2 / 100).sum() < 120        # chi-squared, 63 degrees: p = 2e-5
    turned = g.compile(x, it=it)([{"one": row["other"], "other": row["one"]} for row in pairs])["it"]
    assert (turned != found).mean() > 0.9
    assert np.isnan(g.compile(x, it=it)({"one": None, "other": "a"})["it"]).all()


@pytest.mark.parametrize(("of", "match"), [
    (lambda x: g.cross(x["city"]), "two columns or more"),
    (lambda x: g.cross(x["city"], x["hour"]).lookup({"Oslo": 1}), "a key of a cross of city and hour is a tuple of 2"),
    (lambda x: g.cross(x["city"], x["hour"]).codes(), "the categories of hour are not known"),
    (lambda x: g.cross(x["city"], x["hour"]).hashed(0), "there are 0 buckets")])
def test_what_is_wrong_is_told(of: Any, match: str) -> None:
    with pytest.raises(InputError, match=match):
        said(of)
