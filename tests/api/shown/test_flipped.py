"""Flips between versions in service: of the rows that both decided, by the labels that came."""

from __future__ import annotations

import pytest

from shall import graph as g
from shall.api.shown.flipped import flips_in_service
from shall.api.shown.rows_in_service import KEY, InServiceRows
from shall.core.errors import InputError
from shall.graph.value import Value
from tests.api.shown import answering

SHADOW = answering.packed.SERVE.replace('in_charge = "7"', 'in_charge = "7"\nshadow = ["8"]')


def stricter() -> g.Compiled:
    """Another graph of the loans, which says yes to older people only."""
    x = g.inputs({"age": "number", "pay": "number", "city": "text", "day": "date"})
    score = Value("elementwise", ((x["age"] - 48.0) / 7.0,), {"function": "sigmoid"})
    code = Value("where", (score >= 0.5, score * 0.0 + 1.0, score * 0.0), {})
    return g.compile(x, score=score, decision=Value("label", (code,), {"texts": ("no", "yes")}))


@pytest.fixture
def served(tmp_path):
    answering.packed.packs(tmp_path, serve=answering.packed.SERVE)
    (tmp_path / "8.zip").unlink()
    answering.packed.pack(tmp_path / "8.zip", "8", graph=stricter())
    one = answering.packed.serving(tmp_path / "serve.toml", folder=tmp_path)
    answering.answer(one, answering.rows_of(50, 3))         # before 8 was in its shadow
    (tmp_path / "serve.toml").write_text(SHADOW)
    assert one.refresh()
    answers = answering.answer(one, answering.rows_of(300))
    answering.label(one, answers[:200], ["yes", "no"] * 100)
    yield one
    one.close()


def said(served, folder: str) -> dict[str, str]:
    return dict(zip(*answering.packed.logged(served.file.path.parent, folder).select(["id", "decision"]).to_pydict()
                    .values(), strict=True))


@pytest.mark.parametrize(("before", "after"), ["78", "87"])
def test_they_are_those_of_the_rows_that_both_decided(served, before, after):
    rows = InServiceRows(served)
    found = flips_in_service(rows.at("loans", KEY + before), rows.at("loans", KEY + after))
    told = {"7": said(served, "decisions/loans"), "8": said(served, "compared/loans@8")}
    ids = [name for name in told["7"] if name in told["8"]]
    true = dict(zip(ids[:200], ["yes", "no"] * 100, strict=True))
    assert len(told["7"]) == 350 and found.rows == len(ids) == 300 and found.of == f"loans@{before} and loans@{after}"
    by_name = {one.name: one.deciding for one in found.found if not one.requirement.over}
    old, new = told[before], told[after]
    lost = [old[one] == true[one] != new[one] for one in true]
    won = [old[one] != true[one] == new[one] for one in true]
    assert by_name["negative_flip_rate"].value == sum(lost) / 200 > 0 and by_name["negative_flip_rate"].n == 200
    assert by_name["positive_flip_rate"].value == sum(won) / 200 > 0
    assert by_name["churn"].value == sum(old[one] != new[one] for one in ids) / 300
    for part in by_name.values():
        assert part.low < part.value < part.high
    groups = next(one for one in found.found if one.requirement.over and one.name == "churn").deciding.groups
    assert {row.group[0][1] for row in groups} == {"w", "m"} and sum(row.n for row in groups) == 300
    rows.close()


def test_where_there_are_no_such_rows_it_says_so(served):
    rows = InServiceRows(served)
    with pytest.raises(InputError, match="loans@9 has answered no row yet that was logged, so no decision flips"):
        flips_in_service(rows.at("loans", f"{KEY}7"), rows.at("loans", f"{KEY}9"))
    for sink, records in served.service.decide("loans", answering.rows_of(5), version="9").kept:
        sink.write(records)
    rows = InServiceRows(served)
    with pytest.raises(InputError, match="loans@7 and loans@9 decided different rows, so no decision flips"):
        flips_in_service(rows.at("loans", f"{KEY}7"), rows.at("loans", f"{KEY}9"))
    small = flips_in_service(rows.at("loans", f"{KEY}7"), rows.at("loans", f"{KEY}8"), least=1_000)
    assert all(one.deciding.value is None for one in small.found)
    rows.close()
