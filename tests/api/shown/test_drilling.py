"""Any slice of a check: the figures are those of `shall check … where …`, to the last bit, wherever they come from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import shall
from shall.api.shown.drilling import NO_ROWS, OTHER_ROWS, ROWS, Drilling, drilling_of
from shall.api.shown.rows_at_hand import AtHand
from shall.core.errors import FileError, InputError
from shall.core.evidence import Evidence
from shall.core.verdict import Verdict
from shall.stores.sqlite import open_store
from tests.page import drilled

CASES = [
    ("fair", ""), ("fair", "sex = 'women'"), ("equal", "sex = 'men'"), ("crossed", "years >= 30 and years < 50"),
    ("crossed", "sex = 'women' and years >= 50"), ("crossed", "not years < 30"), ("right", "region = 2"),
    ("fair", "region in (1, 3)"), ("right", "years >= 41 and city = 'Ulm'"), ("equal", "sex is missing"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drilled.folder_of(tmp_path_factory.mktemp("drilling"), versions=False)


@pytest.fixture(scope="module")
def drilling(folder):
    with open_store(folder / ".shall" / "shall.db") as store:
        at_hand = AtHand(folder / "shall.toml")
        yield Drilling(store, lambda model: at_hand if model == "loans" else None)


def checked(folder: Path, name: str, where: str) -> Verdict:
    """What `check` says of the line with the slice in it."""
    line = next(one for one in shall.load(folder / "shall.toml").requirements if one.name == name)
    text = str(replace(line, where=None))
    terms = " and ".join(filter(None, [str(line.where or ""), where]))
    file = {"subject": {"name": "loans", "target": "paid", "positive": "yes"},
            "columns": {"id": "id", "decision": "said"},
            "groups": {"sex": "sex", "band": {"column": "years", "cut": [30, 50]}, "region": "region"},
            "requirements": {name: text + (f" where {terms}" if terms else "")}}
    return shall.check(file, pq.read_table(folder / "gate.parquet"), record=False).verdicts[0]


def figures(verdict: Verdict) -> list[Evidence]:
    """All that was measured; what would settle it stands in the verdict, too."""
    return [replace(part, settles="") for part in verdict.evidence]


@pytest.mark.parametrize(("name", "where"), CASES)
def test_it_agrees_with_check_to_the_last_bit(folder, drilling, name, where):
    found = drilling.drill("loans", name, where).drilled
    told = checked(folder, name, where)
    assert found.verdict is not None
    assert (found.verdict.verdict, found.verdict.needs) == (told.verdict, told.needs)
    assert figures(found.verdict) == figures(told)


HELD = [*(case for case in CASES if case[0] == "crossed"), ("fair", "sex = 'men'")]


@pytest.mark.parametrize(("name", "where"), HELD)
def test_where_the_tally_holds_it_no_row_is_read(folder, name, where):
    with open_store(folder / ".shall" / "shall.db") as store:
        found = Drilling(store).drill("loans", name, where)
    assert not found.stand.read and found.stand.rows == drilled.ROWS
    assert found.drilled.verdict is not None
    assert found.drilled.verdict.evidence == checked(folder, name, where).evidence


def test_what_the_tally_does_not_hold_is_told_where_there_are_no_rows(folder):
    with open_store(folder / ".shall" / "shall.db") as store:
        alone = Drilling(store)
        told = alone.drill("loans", "right", "region = 2")
        found = told.drilled
        assert found.verdict is None and found.lacks == NO_ROWS == told.absent and found.suggested is None
        assert told.held == ("sex", "band"), "where the way out is"
        assert alone.drill("loans", "fair").lacking == ("region",)
        split = {one.group: one.lacks for one in alone.drill("loans", "fair").drilled.splits}
        assert split == {"sex": "", "band": "", "region": NO_ROWS}, "`crossed` counts the bands"
        assert alone.worst_slices("loans", "right").lacks.startswith("There are no rows")


def test_each_group_leads_on(drilling):
    found = drilling.drill("loans", "fair", "sex = 'women'").drilled
    region = next(one for one in found.splits if one.group == "region")
    assert [(value.name, str(value.where)) for value in region.values] == [
        ("1", "region = 1"), ("2", "region = 2"), ("3", "region = 3")]
    band = next(one for one in found.splits if one.group == "band")
    assert {value.name: str(value.where) for value in band.values} == {
        "below 30": "years < 30", "30 to 50": "years >= 30 and years < 50", "50 and over": "years >= 50"}
    for value in band.values:
        deeper = drilling.drill("loans", "fair", f"sex = 'women' and {value.where}").drilled
        assert deeper.here.value == value.row.value and deeper.here.coverage.of_rows == value.row.rows
    assert sum(value.row.rows for value in band.values) == found.here.coverage.of_rows


def test_beside_a_slice_stand_all_other_rows(drilling):
    found = drilling.drill("loans", "right", "sex = 'women' and years >= 50").drilled
    here, rest, whole = found.here, found.rest, found.whole
    assert here.n + rest.n == whole.n == drilled.ROWS
    assert here.value * here.n + rest.value * rest.n == pytest.approx(whole.value * whole.n)
    gap, low, high = found.gap
    assert gap == here.value - rest.value and low < gap < high < 0
    assert str(found.suggested) == "accuracy >= 0.60 where sex = 'women' and years >= 50"


def test_a_slice_of_one_group_has_its_measure_where_the_line_has_none(drilling):
    found = drilling.drill("loans", "fair", "sex = 'women'").drilled
    assert found.verdict.deciding.value is None and "nothing to compare" in found.verdict.deciding.reason
    assert found.here.value == pytest.approx(found.here.value) and found.measure == "selection_rate"
    assert str(found.suggested).startswith("selection_rate >= 0.") and str(found.suggested).endswith("sex = 'women'")
    assert found.alone == found.verdict.deciding.reason and found.suggested.bound != found.requirement.bound
    assert all(drilling.drill("loans", "fair", where).drilled.alone == "" for where in ("", "region = 2"))
    for name in ("fair", "right"):          # nobody is there: nothing can be required of nobody
        assert drilling.drill("loans", name, "sex = 'nobody'").drilled.suggested is None


EQUAL = "difference of false_positive_rate over sex <= 0.30 where years >= 30"
PAIR = "difference of false_positive_rate over sex <= 0.30 where sex is not missing"
LONE = "ratio of selection_rate over sex >= 0.80 where sex = 'men'"


@pytest.fixture(scope="module")
def paired(tmp_path_factory):
    """A check of a difference between two groups, and nobody else; before it another check of the same name."""
    folder = tmp_path_factory.mktemp("paired")
    both = ("ratio of selection_rate over sex >= 0.80", "accuracy >= 0.1"), (EQUAL, f'{PAIR}"\nlone = "{LONE}')
    for old, new in both:
        assert old in drilled.SPEC
        drilled.folder_of(folder, drilled.SPEC.replace(old, new), versions=False)
    return folder


@pytest.mark.parametrize("rows", [True, False])
def test_the_difference_of_two_groups_is_one_figure_with_the_bounds_of_the_record(paired, rows):
    told = checked(paired, "equal", "").deciding
    assert len(told.groups) == 2 and told.low < told.value < told.high
    with open_store(paired / ".shall" / "shall.db") as store:
        at_hand = AtHand(paired / "shall.toml") if rows else None
        drilling = Drilling(store, lambda model: at_hand)
        report = json.loads(store.latest("check", "loans").body["report"])
        kept = next(one for one in report["verdicts"] if one["name"] == "equal")
        for of in ("", ROWS) if rows else ("",):
            found = {name: drilling.drill("loans", "equal", f"sex = '{name}'", of).drilled for name in ("women", "men")}
            first, second = (name for ((_, name),) in told.worst)
            assert found[first].own and found[first].gap == (told.value, told.low, told.high)
            assert found[second].own and found[second].gap == (-told.value, -told.high, -told.low)
        assert found[first].gap == (kept["value"], kept["low"], kept["high"])
        more = [("equal", "years >= 50"), ("equal", "sex = 'men' and years >= 50"), ("fair", "sex = 'men'")]
        for name, where in more:
            other = drilling.drill("loans", name, where).drilled
            assert not other.own and (other.gap or other.lacks), (name, where)


def test_a_requirement_that_compares_nothing_in_all_rows_is_shown_as_it_is(paired):
    with open_store(paired / ".shall" / "shall.db") as store:
        found = Drilling(store).drill("loans", "lone").drilled
    assert found.verdict.deciding.value is None and found.alone == "" and found.here.value is not None


def test_three_groups_are_no_pair(drilling):
    found = drilling.drill("loans", "equal", "sex = 'men'").drilled
    assert len(drilling.drill("loans", "equal").drilled.verdict.deciding.groups) == 3
    assert found.gap is not None and not found.own


def test_a_check_that_is_chosen_is_asked_for_what_it_was_held_to(paired):
    with open_store(paired / ".shall" / "shall.db") as store:
        drilling = Drilling(store)
        old, new = (str(one.sequence) for one in store.records("check", "loans"))
        lines = {of: {one.name: str(one) for one in drilling.requirements("loans", of)} for of in ("", old, new)}
        assert lines[""] == lines[new] and lines[old]["fair"] == "accuracy >= 0.1"
        assert drilling.drill("loans", "fair", "", old).drilled.verdict.requirement.aggregate == "each"


@pytest.mark.parametrize(("where", "said"), [
    ("nothing = 1", "there is no column nothing"), ("sex >", "expected a value"), ("sex = 1", "cannot be compared"),
    (" and ".join(f"years >= {age}" for age in range(20, 30)), "at most 8")])
def test_what_cannot_be_asked_is_told(drilling, where, said):
    try:
        found = drilling.drill("loans", "right", where).drilled
    except (InputError, FileError) as error:
        assert said in str(error)
    else:
        assert said in found.refused + found.lacks


def test_who_is_not_known_is_told(drilling):
    with pytest.raises(InputError, match="no requirement never"):
        drilling.drill("loans", "never")
    assert drilling.requirements("nobody") == ()


def test_another_log_is_never_mixed_in(folder, tmp_path):
    other = tmp_path / "shall.toml"
    other.write_text(drilled.SPEC)
    pq.write_table(drilled.log_of(seed=8), tmp_path / "gate.parquet")
    with open_store(folder / ".shall" / "shall.db") as store:
        mixed = Drilling(store, lambda model: AtHand(other))
        assert mixed.drill("loans", "right", "region = 2").drilled.lacks == OTHER_ROWS
        assert mixed.drill("loans", "fair").drilled.verdict.verdict is checked(folder, "fair", "").verdict
        assert "rows at hand" in mixed.worst_slices("loans", "right").lacks
        anew = mixed.drill("loans", "right", "region = 2", ROWS)
        assert anew.stand.record == 0 and anew.stand.read and anew.drilled.verdict is not None


def test_a_version_is_looked_into_as_its_bundle_decides(tmp_path):
    folder = drilled.folder_of(tmp_path)
    with open_store(folder / ".shall" / "shall.db") as store:
        drilling = drilling_of(store, str(folder / "shall.toml"), "")
        assert drilling_of(store, str(folder / "shall.toml"), "") is drilling
        first = store.records("check", "loans")[0]
        assert drilling.place("loans", str(first.sequence)) == str(folder / "v1") and drilling.place("loans") == ""
        of_log, of_version = (drilling.drill("loans", "right", "region = 2", of) for of in ("", str(first.sequence)))
        assert of_version.stand.record == first.sequence and of_version.stand.read
        assert of_log.drilled.here.value != of_version.drilled.here.value
        looking = drilling.worst_slices("loans", "right", str(first.sequence), 20.0)
        assert looking.found is not None and "said" not in looking.found.over and looking.found.judged == drilled.ROWS


def test_a_small_cell_is_shown_to_nobody(tmp_path):
    spec = drilled.SPEC + "[trust]\nsmallest_cell = 60\n"
    folder = drilled.folder_of(tmp_path, spec, versions=False)
    at_hand = AtHand(folder / "shall.toml")
    with open_store(folder / ".shall" / "shall.db") as store:
        drilling = Drilling(store, lambda model: at_hand)
        assert drilling.least("loans") == 60 and Drilling(store).least("loans") == 60
        split = drilling.drill("loans", "fair").drilled.splits[0]
        hushed = [value for value in split.values if value.row.value is None]
        assert "(missing)" in [value.name for value in hushed]
        assert len(hushed) == 2, "nor what tells it by subtraction"
        assert all(value.row.rows == value.row.n == 0 for value in hushed)
        small = drilling.drill("loans", "fair", "sex is missing").drilled
        assert "fewer than 60 rows" in small.refused and small.verdict is None and small.here is None
        nearly = drilling.drill("loans", "fair", "sex is not missing").drilled
        assert "taken away from one another" in nearly.refused
        assert drilling.drill("loans", "right", "years >= 69 and sex = 'men'").drilled.refused
        told = drilling.drill("loans", "right", "years >= 50").drilled
        assert told.refused == "" and told.here.value is not None


def test_a_check_that_was_kept_before_is_read_by_the_file(folder):
    with open_store(folder / ".shall" / "shall.db") as store:
        record = store.latest("check", "loans")

        class Older:
            """A store whose checks do not say how they were read."""

            def records(self, kind, subject=None):
                return tuple(replace(one, body={key: value for key, value in one.body.items() if key != "examined"})
                             for one in store.records(kind, subject))

            def latest(self, kind, subject=None):
                return (self.records(kind, subject) or (None,))[-1]

            def after(self, sequence, most):
                return store.after(sequence, most)

            def blob(self, digest):
                return store.blob(digest)

        assert "examined" in record.body
        assert Drilling(Older()).requirements("loans") == ()
        at_hand = AtHand(folder / "shall.toml")
        found = Drilling(Older(), lambda model: at_hand).drill("loans", "fair", "sex = 'men'")
        assert found.stand.record == record.sequence and found.drilled.here.value is not None


def test_a_name_that_nobody_has_yet(drilling):
    line = drilling.drill("loans", "right", "city = 'Ulm' and years >= 50").drilled.suggested
    assert drilling.name_for("loans", line) == "accuracy_where_city_ulm_years_from_50"
