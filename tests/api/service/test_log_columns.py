"""A log has what the requirements of a bundle name, as what they use it."""

from __future__ import annotations

import pytest

from shall import graph as g
from shall import spec
from shall.api.service.log_columns import kind_of, log_columns
from shall.core.decisions import Field
from tests.runtimes import made

FULL = """shall = 1
[subject]
name = "loans"
target = "paid"
positive = "yes"
threshold = 0.4
[columns]
id = "ref"
time = "at"
unit = "customer"
weight = "w"
score = "p"
decision = "said"
latency = { unit = "ms" }
cost = { unit = "s" }
[columns.types]
zip = "string"
opened = "date"
[groups]
sex = "sex"
band = { column = "years", cut = [25, 45] }
[requirements]
right = "accuracy where region = 'north' and size_of > 5 and not old = true >= 0.5"
seen = "missing_rate(note) <= 0.1"
cheap = "mean(spent) <= 5"
fair = "ratio of selection_rate over sex >= 0.5 where age >= 18 and zip in ('1', '2')"
"""


def test_every_column_that_a_file_names() -> None:
    found = log_columns(spec.loads(FULL.replace(" where region = 'north' and size_of > 5 and not old = true >= 0.5",
                                                " >= 0.5 where region = 'north' and size_of > 5 and not old = true")),
                        made.scorer(made.loans(), **made.ABOUT))
    assert {one.name: one.what for one in found.context} == {
        "customer": "text", "w": "number", "cost": "number", "zip": "text", "opened": "date", "sex": "text",
        "years": "number", "region": "text", "size_of": "number", "old": "truth", "note": "text", "spent": "number"}
    assert found.filled == {"ref": "id", "at": "time", "latency": "latency"} and found.tick == 1e-3
    assert found.names == {"score": "p", "decision": "said"}
    assert (found.kind, found.positive, found.threshold) == ("binary", "yes", 0.4)


def test_a_log_has_what_the_graph_takes_once() -> None:
    found = log_columns(spec.loads("""shall = 1
[subject]
target = "paid"
positive = "yes"
[groups]
city = "city"
[requirements]
right = "accuracy over city >= 0.5 where age >= 18"
"""), made.scorer(made.loans(), **made.ABOUT))
    assert found.context == () and found.filled == {}


@pytest.mark.parametrize(("subject", "kind"), [
    ('kind = "regressor"\ntarget = "y"', "regressor"), ('target = "y"\nclasses = ["a", "b", "c"]', "multiclass"),
    ('target = "y"', "multiclass"), ('target = "y"\npositive = "a"', "binary")])
def test_the_kind_of_the_subject(subject: str, kind: str) -> None:
    measure = "mean_absolute_error <= 5" if kind == "regressor" else "rows >= 5"
    file = spec.loads(f'shall = 1\n[subject]\n{subject}\n[requirements]\nenough = "{measure}"\n')
    assert log_columns(file, made.scorer(made.three(), classes=["a", "b", "c"])).kind == kind


def test_scores_by_class() -> None:
    file = spec.loads('shall = 1\n[subject]\ntarget = "y"\nclasses = ["a", "b", "c"]\n[columns]\n'
                      'scores = { a = "pa", b = "pb", c = "pc" }\n[requirements]\nenough = "rows >= 5"\n')
    found = log_columns(file, made.scorer(made.three(), classes=["a", "b", "c"]))
    assert found.scores == {"a": "pa", "b": "pb", "c": "pc"} and found.context == ()
    assert found.labels == ("a", "b", "c")


def test_a_column_of_which_nothing_is_known_is_text() -> None:
    file = spec.loads('shall = 1\n[subject]\ntarget = "y"\npositive = "1"\n[requirements]\nenough = "rows >= 5"\n')
    assert kind_of("anything", file) == "text"


def test_an_input_is_never_filled() -> None:
    x = g.inputs({"ref": "number"})
    file = spec.loads('shall = 1\n[subject]\ntarget = "y"\npositive = "1"\n[columns]\nid = "ref"\n[requirements]\n'
                      'enough = "rows >= 5"\n')
    found = log_columns(file, made.scorer(g.compile(x, score=x["ref"])))
    assert found.filled == {} and found.context == () and Field("ref", "text") not in found.context
