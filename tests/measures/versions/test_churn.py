from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest


def test_decisions_that_change_with_no_label(versions: Any, ask: Any) -> None:
    new, shipped = versions
    differ = np.array(new["decision"].to_pylist()) != np.array(shipped["decision"].to_pylist())
    found = ask("churn over sex against shipped <= 100%", new.drop_columns(["income"]), shipped)
    men = np.array(new["sex"].to_pylist()) == "Male"
    by_sex = {dict(row.group)["sex"]: row.value for row in found.deciding.groups}
    assert by_sex == {"Male": pytest.approx(differ[men].mean()), "Female": pytest.approx(differ[~men].mean())}
    assert ask("churn against shipped <= 1%", new, new).deciding.value == 0


def test_scores_with_a_threshold(versions: Any, ask: Any) -> None:
    new, shipped = (table.drop_columns(["decision"]).append_column("score", pa.array(
        [0.9 if one == ">50K" else 0.1 for one in table["decision"].to_pylist()])) for table in versions)
    assert ask("churn against shipped <= 1%", new, shipped).deciding == ask("churn against shipped <= 1%",
                                                                            *versions).deciding
