"""What versions in service answered, to be looked into: as a check of the log finds it, up to a moment that is told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import shall
from shall.api.shown import rows_in_service
from shall.api.shown.drilling import Drilling
from shall.api.shown.rows_in_service import KEY, InServiceRows
from shall.core.errors import InputError
from shall.core.requirement import Requirement
from tests.api.shown import answering
from tests.api.shown.test_apart import killed


@pytest.fixture
def served(tmp_path: Path):
    one = answering.serving(tmp_path)
    yield one
    one.close()


def known(served, rows: int = 400) -> list[str]:
    """Rows are answered, and half of them get a label."""
    answers = answering.answer(served, answering.rows_of(rows))
    answering.label(served, answers[:rows // 2], ["yes", "no"] * (rows // 4))
    return [one.id for one in answers]


def drilling(served, clock=time.monotonic) -> Drilling:
    return Drilling(served.store, served=InServiceRows(served, clock))


def test_it_agrees_with_check_of_the_log_to_the_last_bit(served, tmp_path):
    known(served)
    look = drilling(served)
    assert look.stands("loans")[0] == (f"{KEY}7", "what version 7 answers in service")
    (tmp_path / "shall.toml").write_text(answering.SPEC)
    log = tmp_path / "decisions" / "loans"
    for name, where in (("right", ""), ("right", "age >= 40 and sex = 'w'"), ("fair", ""), ("fair", "city = 'Ulm'")):
        found = look.drill("loans", name, where, f"{KEY}7")
        line = look.line("loans", name, f"{KEY}7")
        text = str(line) if not where else str(found.drilled.line)
        (tmp_path / "one.toml").write_text(answering.SPEC.split("[requirements]")[0] + f'[requirements]\na = "{text}"')
        told = shall.check(tmp_path / "one.toml", log, labels=log / "labels").verdicts[0]
        assert found.drilled.verdict is not None
        ours, theirs = found.drilled.verdict.deciding, told.deciding
        assert (ours.value, ours.low, ours.high, ours.n) == (theirs.value, theirs.low, theirs.high, theirs.n)
        assert found.stand.record == 0 and "400 rows that loans@7 answered" in found.stand.note


def test_a_moment_stands_until_it_is_time_for_the_next(served):
    now = [0.0]
    ids = known(served)
    rows = InServiceRows(served, lambda: now[0])
    one = rows.at("loans", f"{KEY}7")
    line = one.file.requirements[0]
    first = one.rows(line)
    number = one.seen
    assert number and first.opened.log.rows == len(ids) and one.rows(line) is first
    known(served, 40)
    assert one.seen == number and one.rows(line) is first, "it stands"
    now[0] += rows_in_service.STANDS + 1
    assert one.seen == number, "the next one is taken beside whoever asks"
    until = time.monotonic() + 60
    while one.seen == number and time.monotonic() < until:
        time.sleep(0.01)
    fresh = one.seen
    assert fresh > number and one.rows(line).opened.log.rows == len(ids) + 40
    now[0] += rows_in_service.STANDS + 1
    assert one.seen == fresh and one._taking.done(), "nothing was logged since"
    assert one.seldom == fresh
    assert rows.at("loans", f"{KEY}7") is one
    now[0] += rows_in_service.IDLE
    assert rows.at("loans", f"{KEY}7") is not one, "nobody looked at it for long"


def test_each_version_has_its_own_rows(tmp_path):
    serve = answering.packed.SERVE.replace('in_charge = "7"', 'in_charge = "7"\nshadow = ["8"]')
    served = answering.serving(tmp_path, serve=serve)
    known(served, 40)
    look = drilling(served)
    words = dict(look.stands("loans"))
    assert words[f"{KEY}8"] == "what version 8 would answer"
    sizes = {}
    for version in "789":
        rows = look.rows_of("loans", f"{KEY}{version}")
        sizes[version] = rows.rows(rows.file.requirements[0]).opened.log.rows
    assert sizes == {"7": 40, "8": 40, "9": 0}
    assert look.rows_of("loans", f"{KEY}6") is None and look.rows_of("nobody", f"{KEY}7") is None
    one = look.rows_of("loans", f"{KEY}9")
    assert look.rows_of("loans", f"{KEY}8") is not one and look.rows_of("loans", f"{KEY}9") is one
    look.rows_of("loans", f"{KEY}7")
    look.rows_of("loans", f"{KEY}8")
    assert look.rows_of("loans", f"{KEY}9") is not one, "two are held, those that were looked at last"
    served.close()


def test_worst_slices_and_what_cannot_be_asked(served, monkeypatch):
    known(served)
    look = drilling(served)
    found = look.worst_slices("loans", "right", f"{KEY}7", 30.0)
    assert found.found is not None and found.few == 0 and "paid" not in found.found.over
    assert {"age", "city", "sex"} <= {*found.found.over} and found.found.judged == 400
    with monkeypatch.context() as other:
        other.setattr(rows_in_service, "slices", killed)
        told = drilling(served).worst_slices("loans", "right", f"{KEY}7", 30.0)
        assert told.found is None and "has died, perhaps for lack of memory; answers go on" in told.lacks
    monkeypatch.setattr(rows_in_service, "SEARCHED", 250)
    assert drilling(served).worst_slices("loans", "right", f"{KEY}7", 30.0).few == 200, "every second one"
    probing = next(one for one in shall.registry.ids("measures") if shall.registry.card(one).probe)
    rows = look.rows_of("loans", f"{KEY}7")
    with pytest.raises(InputError, match="asks about rows together"):
        rows.rows(Requirement.parse(f"{probing} <= 0.5"))


def test_a_small_cell_is_shown_to_nobody(tmp_path):
    served = answering.serving(tmp_path, spec=answering.SPEC + "[trust]\nsmallest_cell = 30\n")
    known(served, 100)
    look = drilling(served)
    assert look.least("loans", f"{KEY}7") == 30
    assert look.least("loans") == 30, "of records of the watch too, where no check was kept"
    found = look.drill("loans", "right", "age >= 67", f"{KEY}7").drilled
    assert "fewer than 30 rows" in found.refused and found.verdict is None
    served.close()


def test_a_decision_is_found_by_its_id_at_once(served):
    known(served, 20)
    look = drilling(served)
    late = answering.answer(served, [{**answering.packed.ROW, "age": 33, "sex": "w", "region": "north"}])[0]
    found = look.decision("loans", late.id, 20.0)
    assert found.version == "7" and found.values["age"] == 33 and found.values["decision"] == late.decision
    with pytest.raises(InputError, match="no decision 'aaaaaaaaaaaaa-1'"):
        look.decision("loans", "aaaaaaaaaaaaa-1", 20.0)
    with pytest.raises(InputError, match="no decision of this model is logged here"):
        look.decision("nobody", late.id, 1.0)


def test_a_damaged_log_is_told(served, tmp_path):
    known(served, 20)
    served.close()
    segment = next((tmp_path / "decisions" / "loans").glob("*.parquet"))
    segment.write_bytes(segment.read_bytes()[:-40] + b"x" * 40)
    look = drilling(served)
    with pytest.raises(InputError, match=r"no whole segment|was changed"):
        look.drill("loans", "right", "", f"{KEY}7")
