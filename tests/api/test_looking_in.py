"""Rows behind a slice, a decision in its graph, two checks side by side, and data that are looked at: read by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from shall.api.shown import examined
from shall.api.shown.bundles_at_hand import bundles_at_hand
from shall.api.shown.comparing import by_group, chosen, compared, sides
from shall.api.shown.flipped import flips
from shall.api.shown.flowing import flowing, text
from shall.api.shown.rows_at_hand import AtHand
from shall.api.shown.rows_behind import behind, inputs_at, neighbours
from shall.core.errors import DataError, InputError
from shall.core.parse import parse_filter
from shall.stores.sqlite import open_store
from tests.page import drilled


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drilled.folder_of(tmp_path_factory.mktemp("looking"))


@pytest.fixture(scope="module")
def store(folder):
    with open_store(folder / ".shall" / "shall.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(folder):
    at_hand = AtHand(folder / "shall.toml")
    return at_hand.rows(at_hand.file.requirements[0]).opened


def test_rows_stand_as_in_the_log(rows):
    table = drilled.log_of()
    found = behind(rows, parse_filter("years >= 68 and region = 2"), 3, 5)
    places = np.flatnonzero((table["years"].to_numpy() >= 68) & (table["region"].to_numpy() == 2))
    assert found.of == len(places) and [row.place for row in found.rows] == places[3:8].tolist()
    assert found.columns[:3] == ("id", "said", "paid") and "seen" not in found.columns
    for row in found.rows:
        said = dict(zip(found.columns, row.values, strict=True))
        assert said["years"] == str(table["years"][row.place]) and said["id"] == str(row.place + 1)
    assert len(behind(rows, None, 0, 10**6).rows) == 200
    small = behind(rows, parse_filter("id = 3"), least=5)
    assert small.refused and small.rows == () and small.of == 0
    with pytest.raises(InputError, match="no column never"):
        behind(rows, parse_filter("never = 1"))


def test_neighbours_are_rows_with_what_differs(rows):
    found = neighbours(rows, 4, "", 6)
    assert found.rows[0].place == 4 and found.rows[0].near is None and len(found.rows) == 7
    distances = [row.near.distance for row in found.rows[1:]]
    assert distances == sorted(distances) and all(row.near.apart for row in found.rows[1:])
    assert "said" not in {name for row in found.rows[1:] for name in row.near.apart}, "what was decided is no feature"


def test_a_row_is_found_by_its_id(rows, folder):
    assert inputs_at(rows, "12")["years"] == drilled.log_of()["years"][11].as_py()
    with pytest.raises(InputError, match="no row with the id '0'"):
        inputs_at(rows, "0")


def test_a_decision_flows_through_its_graph(store, folder):
    places = bundles_at_hand("loans", store)
    assert places == {"1": str(folder / "v1"), "2": str(folder / "v2")} and bundles_at_hand("nobody", store) == {}
    row = drilled.log_of().slice(11, 1).to_pylist()[0]
    found = flowing(places["1"]).flow(row)
    raw = (row["pay"] - 1.0) + (row["age"] - 44.0) * 0.005 + (0.2 if row["city"] == "Bonn" else 0.0)
    assert float(found.outputs["score"]) == pytest.approx(1 / (1 + np.exp(-raw)), abs=1e-4)
    assert found.outputs["decision"] == ("yes" if raw >= 0 else "no")
    assert sum(one.contribution for one in found.reasons.reasons) + found.reasons.others == pytest.approx(
        found.reasons.score - found.reasons.typical_score)
    values = dict(zip([block.title for block in found.drawn.blocks], found.drawn.values, strict=True))
    assert values["pay"] == f"{row['pay']:.4g}" and values["city"] == row["city"]
    assert flowing(places["1"]) is flowing(places["1"]), "a bundle is read once"


def test_what_is_typed_wrongly_is_told_beside_the_picture(folder):
    found = flowing(str(folder / "v1")).flow({"pay": "much"})
    assert "pay is a number" in found.wrong and not found.outputs and set(found.drawn.values) == {""}
    empty = flowing(str(folder / "v1")).flow({"pay": ""})
    assert not empty.wrong and empty.outputs["score"] == "missing"


@pytest.mark.parametrize(("value", "said"), [
    (np.array([1.23456]), "1.235"), (np.array([1.0, 2.0, 3.0, 4.0]), "1, 2, 3, … (4)"), (np.array([True]), "yes"),
    (None, "missing"), (float("nan"), "missing"), ("x" * 100, "x" * 39 + "…")])
def test_what_a_step_says_is_short(value, said):
    assert text(value) == said


def test_two_versions_beside_one_another(store, folder):
    known = sides(store, "loans")
    assert [one.versions for one in known] == [(), ("2",), ("1",)]
    before, after = chosen(known, "1", 1), chosen(known, "2", 0)
    found = compared(store, "loans", before, after)
    assert [pair.name for pair in found.pairs] == ["right", "fair", "equal", "crossed"]
    assert all(pair.before.verdict and pair.after.verdict for pair in found.pairs)
    groups = by_group(store, "loans", before, after)
    for change in groups["fair"]:
        for one in change.groups:
            assert one.by == one.after - one.before and one.low <= one.by <= one.high
    whole = groups["right"][0].groups[0]
    pair = found.pairs[0]
    assert (whole.before, whole.after) == (pair.before.deciding.value, pair.after.deciding.value)
    with pytest.raises(InputError, match="not two checks"):
        chosen(sides(store, "nobody"), "1", 1)


def test_flips_are_those_of_the_rows(store, folder):
    at_hand = AtHand(folder / "shall.toml")
    found = flips(at_hand, str(folder / "v1"), str(folder / "v2"))
    said = []
    for number in (1, 2):
        decided = at_hand.rows(at_hand.file.requirements[0], str(folder / f"v{number}")).opened
        name = decided.binding.column("decision")
        said.append(np.concatenate([batch.column(0).to_numpy(zero_copy_only=False)
                                    for batch in decided.log.batches([name])]))
    paid = drilled.log_of()["paid"].to_numpy(zero_copy_only=False) == "yes"
    by_name = {one.name: one.deciding.value for one in found.found if not one.requirement.over}
    assert by_name["churn"] == (said[0] != said[1]).mean() > 0
    assert by_name["negative_flip_rate"] == ((said[0] == paid) & (said[1] != paid)).mean()
    assert by_name["positive_flip_rate"] == ((said[0] != paid) & (said[1] == paid)).mean()


def test_a_check_says_how_it_was_read(store):
    record = store.latest("check", "loans")
    found = examined.of(record, store)
    assert found.types["years"] == "whole" and found.types["sex"] == "text" and "seen" not in found.types
    assert [one.name for one in found.requirements] == ["right", "fair", "equal", "crossed"]
    assert examined.tally_of(record, store, found.plan).rows == drilled.ROWS
    content = store.blob(record.body["examined"])
    for broken in (content[:-2], b"{}", b"[]", content.replace(b'"examined":1', b'"examined":9')):
        with pytest.raises(DataError):
            examined.read(broken)
