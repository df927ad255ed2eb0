"""What happens to a server is told once, in a sentence, on one line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shall.api.life import recalling
from shall.api.life.lifting import end
from shall.api.service.left_out import FEWEST, left_out, newest
from shall.api.service.serving import Serving, serving
from shall.api.verifying import new_key
from shall.core import recalls
from shall.http import tokens
from shall.http.events import SOON, Events
from shall.http.later import Later
from shall.http.lines import Faults, Lines, line, readable
from shall.http.tokens import Tokens
from shall.stores import open_store
from tests.api.life.test_responding import alarm, of_ways
from tests.api.packed import ROW, SERVE, SPEC, pack, packs


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    found = serving(packs(tmp_path))
    yield found
    found.close()


def told(events: Events) -> list[str]:
    """What is told now, and nothing of it again."""
    found = [event.what for event in events()]
    assert events() == []
    return found


def test_nothing_happened(served: Serving) -> None:
    events = Events(served)
    assert told(events) == [] and not served.refresh() and told(events) == []


def test_a_swap_that_was_done_and_one_that_was_refused(served: Serving, tmp_path: Path) -> None:
    events, file = Events(served), tmp_path / "serve.toml"
    file.write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"\ncanary = { 9 = "10%" }'))
    served.refresh()
    assert told(events) == ["loans: 8 is in charge now, before it was 7",
                            "loans: canaries and their shares are now 9 0.1"]
    file.write_text(SERVE.replace('in_charge = "7"', 'in_charge = "6"'))
    served.refresh()
    (refused,) = told(events)
    assert refused.startswith("the newest state is not in service: ") and 'no bundle of version "6"' in refused
    file.write_text(SERVE)
    pack(tmp_path / "7.zip", "7", threshold=0.9)
    served.refresh()
    back, *others = told(events)
    assert back == "the newest state is in service again" and others[0] == "loans: 7 is in charge now, before it was 8"
    assert others[1].startswith("loans@7 is another bundle now, ") and others[2].endswith("now none")
    file.write_text(SERVE.replace(', 9 = "9.zip"', "") + '[more]\nbundles = { 9 = "9.zip" }\n')
    served.refresh()
    assert told(events) == ["loans: gone is 9", "more is served now, 9 in charge"]
    file.write_text(SERVE)
    served.refresh()
    assert told(events) == ["loans: new is 9", "more is served no more"]


def test_recalls(served: Serving, tmp_path: Path) -> None:
    """Each once, when it comes and at a start, with the same words."""
    events = Events(served)
    lifts = "the regulator's key lifts that: shall recall loans@{} --lift --why REASON --key regulator.key"
    with closing(open_store(tmp_path / "shall.db")) as store:
        store.append(recalls.RECALL, "loans@9", recalls.body("it was never right", "me"))
        served.refresh()
        (nine,) = told(events)
        assert nine.startswith("loans: loans@9 was recalled: it was never right (by me, 20")
        assert nine.endswith(f" UTC); {lifts.format(9)}")
        store.append(recalls.RECALL, "loans@7", recalls.body("wrong\nfor some", "me"))
        served.refresh()
        (seven,) = told(events)
        assert seven.startswith("loans: loans@7 was recalled: wrong\nfor some (by me, 20") and seven.endswith(
            f"so nothing answers: put another one in charge, or {lifts.format(7)}")
    with closing(serving(tmp_path / "serve.toml")) as again:
        events = Events(again)
        assert told(events) == [seven, nine]
        (tmp_path / "serve.toml").write_text(SERVE.replace(', 9 = "9.zip"', ""))
        assert again.refresh() and told(events) == ["loans: gone is 9"]     # which is no lift


def test_a_lift_says_who_lifted_it_and_one_that_does_not_count_says_nothing(tmp_path: Path) -> None:
    (own, _, key), (other, _, _) = new_key(tmp_path / "own"), new_key(tmp_path / "other")
    with closing(serving(packs(tmp_path, spec=SPEC + f'[trust]\nregulator = "{key}"\n'))) as served:
        events, store = Events(served), str(tmp_path / "shall.db")
        recalling.recall("loans@8", "wrong", store=store, force=True)
        assert served.refresh() and len(told(events)) == 1
        recalling.lift("loans@8", "right", by="ben", key=other, store=store)
        assert served.refresh() and told(events) == []
        recalling.lift("loans@8", "mended", by="ana", key=own, store=store)
        recalling.lift("loans@8", "right", by="ben", key=other, store=store)
        assert served.refresh() and told(events) == [
            "loans: loans@8 may answer again: the recall was lifted by ana: mended"]


def test_a_version_that_was_stopped_is_not_gone(tmp_path: Path) -> None:
    with closing(of_ways(tmp_path, "stop")) as served:
        events = Events(served)
        served.respond("loans", "8", [alarm()])
        (stopped,) = told(events)
        assert stopped.startswith("loans: loans@8 was stopped: fair is broken")
        end("loans@8", "fair", "mended", by="ana", store=str(tmp_path / "shall.db"))
        assert served.refresh() and told(events) == [
            "loans@8: what was done about fair (stop) was ended by ana: mended"]


@pytest.mark.parametrize(("way", "said"), [
    ("stop", "was stopped: fair is broken ("), ("fall back", "fell back: fair is broken ("),
    ("abstain", "abstains from rows with sex = 'F' and region = 'north': fair is broken of ")])
def test_what_stands_of_a_broken_promise_is_told_at_a_start_too(tmp_path: Path, way: str, said: str) -> None:
    with closing(of_ways(tmp_path, way)) as served:
        events = Events(served)
        assert told(events) == []
        served.respond("loans", "7", [alarm()])
        note = told(events)[-1]
        assert note.startswith(f"loans: loans@7 {said}") and ", since 20" in note
        assert note.endswith("until somebody ends that: shall responses --end loans@7 fair --why REASON")
    with closing(serving(tmp_path / "serve.toml")) as again:
        assert told(Events(again)) == [note] and note in again.status


def test_a_branch_that_no_bundle_has_is_told_at_a_start_and_before_it_is_needed(tmp_path: Path) -> None:
    with closing(of_ways(tmp_path, "fall back to ruels")) as served:
        notes = told(Events(served))
        assert all("falls back to the branch ruels, which is not in it" in note for note in notes)
        assert len(notes) == 3 and {*notes} <= {*served.status}
        (done,) = served.respond("loans", "7", [alarm()])
        assert done.did.startswith("another version answers in its place, as long as there is one; else every row")


def test_tokens(served: Serving, tmp_path: Path) -> None:
    path = tmp_path / "tokens.toml"
    tokens.new(path, "web", "user")
    events, content = Events(served, Tokens(path)), path.read_text()
    path.write_text(content + "[[token]]\n")
    (broken,) = told(events)
    assert broken.startswith("tokens: ") and "the tokens before it stay in force" in broken
    path.write_text(content)
    assert told(events) == ["tokens: the file is in force again"]
    path.unlink()
    assert told(events) == [f"tokens: {path} is not there: no token is good"]


def test_what_goes_on_going_wrong_is_told_at_once_then_each_minute_and_at_the_end(served: Serving) -> None:
    now, later = [0.0], Later()
    events = Events(served, later=later, clock=lambda: now[0])
    sink = served.service.fleets["loans"].sink
    sink._alarms["not_logged"] += 2             # type: ignore[attr-defined]
    later.alarms["later_dropped"] += 1
    assert told(events) == ["loans: decisions answered and not logged: 2",
                            "beside the answers: comparisons left out, since there was too much to do: 1"]
    sink._alarms["not_logged"] += 5             # type: ignore[attr-defined]
    now[0] = SOON - 1
    assert told(events) == []
    now[0] = SOON
    assert told(events) == ["loans: decisions answered and not logged: 5 (7 in all)"]
    sink._alarms["not_logged"] += 1             # type: ignore[attr-defined]
    assert told(events) == []
    assert [one.what for one in events(last=True)] == ["loans: decisions answered and not logged: 1 (8 in all)"]


def test_a_column_that_nobody_sends_is_told_once(tmp_path: Path) -> None:
    place, now = packs(tmp_path), [0.0]
    for more in ({}, {"sex": "f"}):                 # the first segment lacks all of them, the second has one
        with closing(serving(place)) as found:
            decided = found.service.decide("loans", [{**ROW, **more}] * FEWEST)
            for sink, records in decided.kept:
                sink.write(records)
    first, second = sorted((tmp_path / "decisions" / "loans").glob("*.parquet"))
    assert left_out(first, ["customer", "sex", "region", "none"]) == ["customer", "sex", "region"]
    with closing(serving(place)) as found:
        events = Events(found, clock=lambda: now[0])
        said = told(events)
        assert [one.partition(" has ")[2].partition(":")[0] for one in said] == ["customer", "region"]
        assert said[0].startswith(f"loans: no row of {second.name} has customer")
        now[0] += 10 * SOON
        assert told(events) == []
    assert newest(tmp_path / "nothing") is None and left_out(tmp_path / "nothing", ["sex"]) == []


def test_an_apprentice_that_was_looked_at(served: Serving) -> None:
    events = Events(served)
    few = "loans@8 has {} rows so far, and is looked at from 64 with a label on"
    found = [[few.format(0)], [few.format(20)], ["loans@8 may not take over yet: right is broken"], [few.format(90)],
             ["loans@8 may not take over yet: right is broken"], ["loans@8 may take over"], ["loans@8 may take over"]]
    assert [len(events.looked(one)) for one in found] == [1, 0, 1, 0, 1, 1, 0]


@pytest.mark.parametrize("form", [readable, line])
def test_an_event_is_one_line_whatever_is_in_it(form) -> None:
    stream = io.StringIO()
    lines = Lines(stream, form)
    log, handler = logging.getLogger("shall.test"), Faults(lines)
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.info("%s", "a\nb\x1b[31m\u202e\x7f shall_" + "x" * 43)
    try:
        raise ValueError("c\nd")
    except ValueError:
        log.exception("failed")
    log.removeHandler(handler)
    lines.close()
    first, second = stream.getvalue().splitlines()
    assert first.isprintable() and second.isprintable() and "x" * 43 not in first and "shall_[...]" in first
    if form is line:
        assert json.loads(first)["level"] == "info" and "ValueError: c\nd" in json.loads(second)["trace"]
    else:
        assert first[10] == "T" and first[23:33] == "Z info: a\\" and "ValueError: c\\nd" in second
