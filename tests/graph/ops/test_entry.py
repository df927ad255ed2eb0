import numpy as np

from tests.graph.ops.agreeing import agree, odd


def test_a_code_names_its_row_and_anything_else_the_last() -> None:
    table = np.arange(12.0).reshape(4, 3)
    found = agree("entry", {"table": table}, np.array([[0.0], [2.0], [3.0], [-1.0], [np.nan], [np.inf], [1.9]]))
    assert found[:, 0].tolist() == [0.0, 6.0, 9.0, 9.0, 9.0, 9.0, 3.0]


def test_odd_numbers() -> None:
    agree("entry", {"table": np.random.default_rng(0).normal(size=(7, 2))}, odd(1))
