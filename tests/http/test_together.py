"""Requests of one turn of the loop share a call of the graph and a group of the log, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from shall import adapters
from shall.core.errors import Faults, StoreError
from shall.http.keeping import Keeping
from shall.http.together import MOST, Together
from tests.http import served

MODEL = ("loans", None)


def _rows(count: int) -> list[dict[str, object]]:
    return [served.ROW | {"age": 20.0 + place / 7, "city": ("Ulm", "Bonn")[place % 2]} for place in range(count)]


class Watched:
    """The service of `served`, with a note of every call and every submission."""

    def __init__(self, folder, fails: Exception | None = None) -> None:
        self.service, self.calls, self.kept = served.service(folder), [], []
        self._keeping, self._fails = Keeping(), fails
        self.together = Together(self._decide, self._keep)

    def _decide(self, model, rows, requests):
        self.calls.append((len(rows), requests))
        return self.service.decide(model[0], rows, version=model[1])

    async def _keep(self, model, decided):
        self.kept.append(len(decided.answers))
        if self._fails is not None:
            return self._fails
        return await self._keeping([(sink.submit, records) for sink, records in decided.kept])

    def ask(self, several):
        """What requests get that come in one turn."""
        async def all_at_once():
            return await asyncio.gather(*(self.together(MODEL, rows) for rows in several), return_exceptions=True)

        try:
            return asyncio.run(all_at_once())
        finally:
            served.close(self.service)


def _logged(folder):
    log = adapters.open_log(str(folder / "decisions" / "loans"))
    return [name for batch in log.batches(["id"]) for name in batch.column(0).to_pylist()]


def test_one_turn_is_one_call_and_one_group_and_the_answers_are_those_of_each_alone(tmp_path):
    rows = _rows(30)
    alone = served.service(tmp_path / "alone")
    wanted = [alone.decide("loans", [row]).answers[0] for row in rows]
    served.close(alone)
    watched = Watched(tmp_path)
    found = watched.ask([rows[:1], rows[1:3], *([row] for row in rows[3:])])
    answers = [answer for decided, error in found for answer in decided.answers if error is None]
    assert watched.calls == [(30, 29)] and watched.kept == [30]
    assert [(one.score, one.decision) for one in answers] == [(one.score, one.decision) for one in wanted]
    assert all(len(value) == len(decided.answers) for decided, _ in found for value in decided.outputs.values())
    assert sorted(_logged(tmp_path)) == sorted(one.id for one in answers)


def test_who_sends_a_wrong_row_hears_of_it_and_nobody_else_does(tmp_path):
    rows = _rows(5)
    watched = Watched(tmp_path)
    found = watched.ask([[rows[0]], [rows[1] | {"age": "old"}], [rows[2]], [rows[3], {"city": "Ulm"}], [rows[4]]])
    assert [isinstance(one, Faults) for one in found] == [False, True, False, True, False]
    assert {fault.row for fault in found[1].faults} == {0} and {fault.row for fault in found[3].faults} == {1}
    ids = [answer.id for one in found if not isinstance(one, Faults) for answer in one[0].answers]
    assert sorted(_logged(tmp_path)) == sorted(ids) and len(ids) == 3


def test_where_the_log_fails_everybody_of_the_group_is_told(tmp_path):
    found = Watched(tmp_path, StoreError("the disk is full")).ask([[row] for row in _rows(4)])
    assert [str(error) for _, error in found] == ["the disk is full"] * 4


def test_what_is_compared_later_is_compared_once_and_all_of_it(tmp_path):
    watched = Watched(tmp_path)
    fleet = watched.service.fleets["loans"]
    watched.service.fleets = {"loans": replace(fleet, beside=(fleet.lanes["2"],))}
    found = watched.ask([[row] for row in _rows(3)])
    first, *others = [decided.later for decided, _ in found]
    assert others == [None, None]
    assert [record.id for _, records in first() for record in records] == [one[0].answers[0].id for one in found]


def test_one_that_is_gone_keeps_nobody_from_an_answer(tmp_path):
    watched = Watched(tmp_path)

    async def one_leaves():
        asked = [asyncio.ensure_future(watched.together(MODEL, [row])) for row in _rows(3)]
        await asyncio.sleep(0)
        asked[1].cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(one_leaves())
    served.close(watched.service)
    assert isinstance(found[1], asyncio.CancelledError)
    assert [len(one[0].answers) for one in (found[0], found[2])] == [1, 1]


@pytest.mark.parametrize("size", [8, 100])
def test_a_crowd_is_parted(tmp_path, size):
    rows = _rows(size)
    watched = Watched(tmp_path)
    found = watched.ask([rows] * (2 * MOST // size))
    assert all(number <= MOST for number, _ in watched.calls) and len(watched.calls) <= 4
    assert len(_logged(tmp_path)) == sum(len(one[0].answers) for one in found) == size * (2 * MOST // size)
