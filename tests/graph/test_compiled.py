from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shall import bundle
from shall import graph as g
from shall.core.errors import InputError


@pytest.fixture
def x() -> g.Columns:
    return g.inputs({"age": "number", "city": "text"})


def test_a_bundle_is_not_written_over(x: g.Columns, tmp_path: Path) -> None:
    made, place = g.compile(x, score=x["age"] / 2), tmp_path / "loans"
    bundle.write(made.files, {"subject": "loans"}, place)
    before = bundle.read(place).digest
    with pytest.raises(InputError, match=r"loans is a bundle.*another folder.*shall ship"):
        g.compile(x, score=x["age"] / 3).save(place)
    assert bundle.read(place).digest == before


def test_a_graph_is_saved_into_a_folder(x: g.Columns, tmp_path: Path) -> None:
    made = g.compile(x, score=x["age"] / 2)
    assert made.save(tmp_path / "graph") == made.save(str(tmp_path / "graph")) == tmp_path / "graph"
    (tmp_path / "model.onnx").write_bytes(b"mine")
    for place in ("model.onnx", "model.onnx/graph"):
        with pytest.raises(InputError, match=r"is a file: a graph is saved into a folder|cannot be written"):
            made.save(tmp_path / place)
    assert (tmp_path / "model.onnx").read_bytes() == b"mine"


@pytest.mark.parametrize("wrong", [3.0, None, "age", np.ones(3)])
def test_an_output_is_a_value(x: g.Columns, wrong: Any) -> None:
    with pytest.raises(InputError, match=r"the output score is .*no value of a graph"):
        g.compile(x, score=wrong)


def test_columns_are_no_output_and_values_no_inputs(x: g.Columns) -> None:
    with pytest.raises(InputError, match="the output score is"):
        g.compile(x, score=x)  # type: ignore[arg-type]
    for wrong in (x["age"], {"age": x["age"]}, ["age"]):
        with pytest.raises(InputError, match="compile takes the inputs first"):
            g.compile(wrong, score=x["age"])  # type: ignore[arg-type]
