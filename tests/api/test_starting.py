"""What `init` proposes from the rows themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

import shall
from shall.core.errors import DataError, InputError


@pytest.mark.parametrize("turned", [False, True])
def test_the_positive_label_is_the_one_that_high_scores_go_with(turned: bool) -> None:
    X, y = load_breast_cancer(return_X_y=True)
    score = LogisticRegression(max_iter=5000).fit(X[::2, :4], y[::2]).predict_proba(X[1::2, :4])[:, 1]
    label = np.where(y[1::2] == 1, "benign", "malignant")           # malignant is the rarer one
    text = shall.init(pa.table({"label": label, "score": 1 - score if turned else score}))
    assert f'positive = "{"malignant" if turned else "benign"}"' in text
    assert "roc_auc >= 0.9" in text


def test_notes_say_which_group_and_how_it_was_compared() -> None:
    rows = np.arange(2_000)
    table = pa.table({"label": rows % 2, "score": (rows % 10) / 10, "sex": np.where(rows % 3 == 0, "f", "m"),
                      "race": np.where(rows % 5 == 0, "a", "b"), "year": np.full(2_000, 2015)})
    text = shall.init(table)
    assert "guessed by its name: 1 value, from 2015 to 2015" in text
    assert any(line.startswith("# now") and " / " not in line and " - " in line for line in text.splitlines()), text
    calibrated = next(line for line in text.splitlines() if line.startswith("calibrated = "))
    assert any(f"worst: {group} = " in calibrated for group in ("sex", "race")), calibrated


def test_what_nothing_can_be_proposed_of_is_an_error() -> None:
    with pytest.raises(DataError, match="has no column emplyoed; did you mean `employed`"):
        shall.init(pa.table({"employed": [0, 1]}), target="emplyoed")
    with pytest.raises(DataError, match="the frame has no rows, so nothing can be proposed"):
        shall.init(pa.table({"employed": pa.array([], pa.int64())}))


def test_a_target_that_is_mistyped_is_told(tmp_path: Path) -> None:
    file = {"subject": {"target": "emplyoed", "positive": "1"}, "requirements": {"useful": "accuracy >= 0.5"}}
    log = pa.table({"employed": [0, 1], "decision": [0, 1]})
    told = "no column is called emplyoed, as [subject] target says; is employed meant?"
    assert told in shall.check(file, log).notes
    pq.write_table(log, tmp_path / "rows.parquet")
    data = {"train": str(tmp_path / "rows.parquet"), "gate": str(tmp_path / "rows.parquet")}
    for verb in (shall.build, shall.plan):
        with pytest.raises(InputError, match=r"rows.parquet has no column emplyoed, .*; did you mean `employed`\?"):
            verb({**file, "data": data})
    assert not any("meant?" in note for note in shall.check(file, log.rename_columns(["y2", "decision"])).notes)
