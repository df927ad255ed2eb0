from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from shall import graph as g
from shall.core.errors import InputError
from tests.graph.fitted.agreeing import differences, inputs_of_frame

ROWS = pd.DataFrame({"city": ["Oslo", "Paris", None, "Oslo"], "size": ["s", "l", "s", "m"]})


def test_what_the_encoder_refuses_is_missing() -> None:
    encoder = OneHotEncoder().fit(ROWS.dropna())
    x = inputs_of_frame(ROWS)
    said = g.compile(x, codes=g.transform(encoder, x))([{"city": "Rome", "size": "s"}, {"city": "Oslo", "size": None}])
    assert np.isnan(said["codes"]).tolist() == [[True, True, False, False, False], [False, False, True, True, True]]


def test_none_and_nan_are_both_missing() -> None:
    for missing in (None, np.nan):
        rows = np.array([["Oslo"], ["Paris"], [missing]], dtype=object)
        encoder = OneHotEncoder(handle_unknown="ignore").fit(rows)
        x = g.inputs({"city": "text"})
        said = g.compile(x, codes=g.transform(encoder, x))([{"city": None}, {"city": "Paris"}, {"city": "Rome"}])
        assert said["codes"].tolist() == [[0, 0, 1], [0, 1, 0], [0, 0, 0]]


def test_none_beside_nan_is_refused() -> None:
    encoder = OneHotEncoder().fit(np.array([["Oslo"], [None], [np.nan]], dtype=object))
    with pytest.raises(InputError, match="tells None from NaN"):
        g.transform(encoder, g.inputs({"city": "text"}))


def test_given_categories_that_no_row_had() -> None:
    encoder = OrdinalEncoder(categories=[["Rome", "Oslo", "Paris"], ["s", "m", "l"]])
    assert set(differences(encoder.fit(ROWS.dropna()), ROWS.dropna()).values()) == {0.0}


def test_too_few_columns_are_told_by_name() -> None:
    encoder = OneHotEncoder(handle_unknown="ignore").fit(ROWS)
    with pytest.raises(InputError, match=r"fitted on 2 columns and is given 1 \(there is no size\)"):
        g.transform(encoder, g.inputs({"city": "text"}))
