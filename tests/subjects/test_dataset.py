"""Which column of a data set plays which role."""

from __future__ import annotations

import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.subjects import Asked
from shall.subjects.dataset import bind


@pytest.mark.parametrize(("labels", "positive"), [([0, 1], "1"), (["a", "b", "c"], ""), ([0.5, 1.5], "")])
def test_a_label_may_have_no_positive_class(labels: list[object], positive: str) -> None:
    found = bind(pa.table({"label": labels, "age": [1] * len(labels)}), Asked())
    assert (found.kind, found.column("label"), found.positive) == ("dataset", "label", positive)


def test_a_positive_class_that_is_said_must_occur() -> None:
    with pytest.raises(DataError, match='no label is "yes"'):
        bind(pa.table({"label": ["a", "b"]}), Asked(positive="yes"))
