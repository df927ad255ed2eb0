from __future__ import annotations

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from shall import graph as g
from shall.core.errors import InputError
from tests.graph.fitted import cases, real
from tests.graph.fitted.agreeing import apart, packed_rows, said_by_graph


def test_from_a_notebook_in_five_lines() -> None:
    rows, label, other = real.adult()
    pipeline = make_pipeline(cases.prepared(), LogisticRegression(max_iter=500)).fit(rows, label)
    x = g.inputs_of(rows)
    compiled = g.compile(x, score=g.predict_proba(pipeline, x)[:, 1], decision=g.predict(pipeline, x))
    said = compiled(other)
    assert np.abs(said["score"] - pipeline.predict_proba(other)[:, 1]).max() < 1e-12
    assert (said["decision"] == pipeline.predict(other)).all()


def test_columns_are_found_by_name_and_others_are_left_out() -> None:
    rows, label, other = real.compas()
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows[["age", "priors_count"]], label)
    turned = other[["sex", "priors_count", "race", "age"]]
    x = g.inputs_of(turned)
    said, _ = said_by_graph(g.predict_proba(pipeline, x), x, packed_rows(turned))
    assert apart(said, pipeline.predict_proba(other[["age", "priors_count"]])) < 1e-12


def test_columns_that_no_step_takes_may_be_lacking() -> None:
    rows, label, other = real.compas()
    chosen = make_column_transformer((StandardScaler(), ["age"]), (OneHotEncoder(), ["sex"]))
    pipeline = make_pipeline(chosen, LogisticRegression()).fit(rows, label)
    x = g.inputs_of(other[["sex", "age"]])
    said, _ = said_by_graph(g.predict_proba(pipeline, x), x, packed_rows(other[["sex", "age"]]))
    assert apart(said, pipeline.predict_proba(other)) < 1e-12
    with pytest.raises(InputError, match="takes the column sex, which is not there: there are age"):
        g.predict_proba(pipeline, g.inputs_of(other[["age"]]))


def test_fitted_on_an_array_it_goes_by_place() -> None:
    rows, _, other = real.diabetes()
    parts = ColumnTransformer([("a", StandardScaler(), [2, 0]), ("b", "passthrough", slice(3, 5))], remainder="drop")
    parts.fit(rows.to_numpy())
    x = g.inputs({f"c{place}": "number" for place in range(rows.shape[1])})
    said, _ = said_by_graph(g.transform(parts, x), x, packed_rows(other))
    assert apart(said, parts.transform(other.to_numpy())) == 0


def test_text_beside_numbers_is_refused() -> None:
    rows, _, _ = real.compas()
    parts = ColumnTransformer([("a", StandardScaler(), ["age"])], remainder="passthrough").fit(rows)
    with pytest.raises(InputError, match="text and numbers side by side"):
        g.transform(parts, g.inputs_of(rows))


def test_what_is_not_there_is_told() -> None:
    rows, label, _ = real.compas()
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows[["age"]], label)
    with pytest.raises(InputError, match="there is no transform of Pipeline"):
        g.transform(pipeline, g.inputs_of(rows[["age"]]))
