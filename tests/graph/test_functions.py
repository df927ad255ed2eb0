import numpy as np
import pytest

from shall.core.errors import FileError, InputError
from shall.graph import onnx, written
from shall.graph.compiled import compiled
from shall.graph.declared import inputs
from shall.graph.functions import function
from shall.graph.kinds import MISSING, Kind
from shall.graph.session import Session

LENGTH = """agraph (double[rows, 2] x) => (double[rows, 1] y) {
    two = Constant <value = double {2.0}> ()
    axes = Constant <value_ints = [1]> ()
    squares = Pow(x, two)
    sums = ReduceSum <keepdims = 1> (squares, axes)
    y = Sqrt(sums)
}"""
ROWS = np.random.default_rng(0).normal(size=(50, 2)) * 5


def length(x):
    """The length of a step."""
    return np.sqrt((x ** 2).sum(axis=1, keepdims=True))


def test_python_and_its_onnx_text_are_one():
    x = inputs({"east": "number", "north": "number"})
    said = function(LENGTH)(length)(x) * 2
    made = compiled(x, {"steps": said})
    np.testing.assert_allclose(Session(made.onnx)({"numbers": ROWS})["steps"], length(ROWS) * 2, rtol=1e-15)
    assert made.graph.references[0].label == "length"
    np.testing.assert_array_equal(made.graph.references[0].call(ROWS), length(ROWS))


def test_a_graph_is_built_again_without_the_python():
    x = inputs({"east": "number", "north": "number"})
    made = compiled(x, {"steps": function(LENGTH)(length)(x)})
    again = written.read(made.json)
    assert onnx.emitted(again) == made.onnx and not again.references
    assert [node.settings["name"] for node in again.nodes if node.op == "function"] == ["length"]


def test_a_body_may_be_written():
    @function(lambda to, p, cap: to("Where", to("Less", p, cap), p, cap), takes=(3, 1), gives=3,
              rows=[ROWS[:, [0, 1, 0]], ROWS[:, :1]])
    def capped(p, cap):
        return np.where(p < cap, p, cap)

    x = inputs({"a": "number", "b": "number"})
    made = compiled(x, {"y": capped(x.numeric[:, [0, 1, 0]], x["b"])})
    np.testing.assert_array_equal(Session(made.onnx)({"numbers": ROWS})["y"],
                                  np.minimum(ROWS[:, [0, 1, 0]], ROWS[:, [1]]))


def test_texts_and_truths():
    @function(lambda to, x: to("Equal", x, to.constant([["a"]])), takes=(Kind("text", 2),), gives=Kind("truth", 2))
    def is_a(x):
        return x == "a"

    x = inputs({"p": "text", "q": "text"})
    made = compiled(x, {"y": is_a(x.texts)})
    rows = np.array([["a", "b"], [MISSING, "a"]], dtype=object)
    assert Session(made.onnx)({"texts": rows})["y"].tolist() == [[True, False], [False, True]]


@pytest.mark.parametrize("python, said", [
    (lambda x: np.nan_to_num(length(x)), r"differ on \d+ of \d+ rows: of \[.*Python says"),
    (lambda x: length(x)[:, 0], None),
    (lambda x: x, r"gives \(279, 2\) in Python, and its body \(279, 1\)"),
    (lambda x: np.abs(x).max(axis=1, keepdims=True), "differ")])
def test_a_body_that_says_something_else_is_told(python, said):
    if said is None:
        function(LENGTH)(python)
        return
    with pytest.raises(InputError, match=said):
        function(LENGTH)(python)


def test_rows_of_the_user_are_asked_too():
    def wrong_at_7(x):
        return np.where(x == 7.25, 0.0, np.abs(x))

    body = "agraph (double[rows, 1] x) => (double[rows, 1] y) { y = Abs(x) }"
    function(body)(wrong_at_7)
    with pytest.raises(InputError, match=r"differ on 1 of 2 rows: of \[7.25\]"):
        function(body, rows=[np.array([[1.0], [7.25]])])(wrong_at_7)


@pytest.mark.parametrize("body, said", [
    ("agraph (double[rows, 1] x) => (double[rows, 1] y) { y = Abs(x }", "no ONNX text"),
    ("agraph (double[rows, 1] x) => (double[rows, 1] y) { y = Bernoulli(x) }", "not on the list"),
    ("agraph (double[rows, w] x) => (double[rows, w] y) { y = Abs(x) }", "sizes of a row"),
    ("agraph (double[rows, 1] x) => (double[rows, 1] y) { y = Nonsense(x) }", "not on the list"),
    ("agraph (double[rows, 1] x) => (double[rows, 1] y) { y = Softmax<axis = 0>(x) }", "depends on the other rows")])
def test_bodies_that_are_not_taken(body, said):
    with pytest.raises(InputError, match=said):
        function(body)(np.abs)


def test_another_width_is_told_with_its_line():
    x = inputs({"a": "number"})
    with pytest.raises(FileError, match=r"test_functions.py:\d+: function: the model takes 2 numbers, and gets number"):
        compiled(x, {"y": function(LENGTH)(length)(x)})
