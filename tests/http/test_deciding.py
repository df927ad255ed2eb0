"""What may leave, when, and what is answered to the same request again."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from typing import Any

import pytest

from shall.core.errors import StoreError
from shall.http.access import Entrance
from shall.http.again import Again
from shall.http.app import App
from shall.http.hosts import Hosts
from shall.http.keeping import Keeping
from shall.http.later import Later
from shall.http.limits import Limits
from shall.http.load import Load
from shall.http.problems import Refusal
from shall.runtimes.fleet import Fleet
from shall.runtimes.service import Service
from shall.runtimes.version import Lane, Version, columns_of
from shall.stores.decisions import open_log
from tests.http import served
from tests.http.served import ROW, Client

JSON = [(b"content-type", b"application/json")]
LIMITS = Limits()


class Held:
    """A log that keeps what it is given until it is let go, and fails where it is told to."""

    def __init__(self, log: Any) -> None:
        self.log, self.let, self.error = log, threading.Event(), None
        self.let.set()
        self.submitted = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)

    def submit(self, records: Any, told: Any) -> None:
        self.submitted += 1
        if isinstance(self.error, BaseException):
            raise self.error
        if self.error is not None:
            threading.Thread(target=told, args=(self.error(),)).start()
        else:
            threading.Thread(target=lambda: (self.let.wait(10), self.log.submit(records, told))).start()


@pytest.fixture
def log(tmp_path):
    version = Version("loans", "1", served.scorer())
    made = open_log(tmp_path / "decisions" / "loans", columns_of([version]))
    yield Held(made)
    made.close()


def app(log: Held, durable: str = "must", beside: bool = False, limits: Limits = LIMITS) -> App:
    version = Version("loans", "1", served.scorer())
    shadow = [Lane(Version("loans", "2", served.scorer()), log, "shadow")] if beside else []
    fleet = Fleet("loans", "1", {"1": Lane(version, log, "live")}, beside=shadow, durable=durable)
    return App(Service({"loans": fleet}), Entrance(Hosts("127.0.0.1")), limits)


def decide(client: Client, row: dict[str, Any] = ROW, *headers: tuple[bytes, bytes]) -> served.Reply:
    return client("POST", "/models/loans/decide", [*JSON, *headers], json.dumps({"inputs": row}).encode())


@pytest.fixture
def ask(log):
    made = []

    def ask(**more: Any) -> Client:
        made.append(Client(app(log, **more)))
        return made[-1]
    yield ask
    for client in made:
        client.close()


@pytest.mark.parametrize("error", [lambda: StoreError("the disk is full"), StoreError("the queue is full")])
def test_what_could_not_be_kept_does_not_leave(log, ask, error):
    log.error = error
    answer = decide(ask())
    assert answer.status == 503 and answer.headers[b"retry-after"] == b"1" and b"disk" not in answer.body


@pytest.mark.parametrize("error", [lambda: StoreError("the disk is full"), StoreError("the queue is full")])
def test_or_it_leaves_and_says_so(log, ask, error):
    log.error = error
    client = ask(durable="try")
    answer = decide(client)
    assert answer.status == 200 and answer.headers[b"shall-logged"] == b"no"
    assert client.application.deciding.alarms == {"not_logged": 1}
    log.error = None
    assert b"shall-logged" not in decide(client).headers


def test_a_log_that_never_answers_is_given_up(log, ask):
    log.let.clear()
    client = ask(limits=Limits(seconds=0.2))
    keeping = client.application.deciding.keeping

    async def soon() -> Any:
        named = [(b"host", b"localhost"), *JSON, (b"idempotency-key", b"late")]
        waiting = asyncio.ensure_future(client._ask("POST", "/models/loans/decide", named,
                                                    json.dumps({"inputs": ROW}).encode(), "127.0.0.1"))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        while not waiting.done():
            keeping.overdue()
            await asyncio.sleep(0.05)
        return await waiting
    assert client.runner.run(soon()).status == 503
    log.let.set()
    while not log.log.answered("late"):     # the thread of this test's log ends before the log does
        time.sleep(0.01)


def test_a_shadow_decides_when_the_answer_has_left(log, ask):
    client = ask(beside=True)
    assert decide(client).status == 200
    client.application.close()
    assert log.submitted == 2 and client.application.later.alarms["later_failed"] == 0


def test_the_same_name_again_is_the_same_answer_also_across_a_restart(log, ask, tmp_path):
    client, named = ask(), (b"idempotency-key", b"one")
    first = decide(client, ROW, named)
    assert decide(client, ROW, named).body == first.body
    assert decide(client, ROW, (b"idempotency-key", b"two")).body != first.body
    assert decide(ask(), ROW, named).body == first.body       # as another process would
    assert log.submitted == 2


def test_the_same_name_of_another_row_is_refused(ask):
    client, named = ask(), (b"idempotency-key", b"one")
    decide(client, ROW, named)
    answer = decide(client, {**ROW, "age": 20.0}, named)
    assert answer.status == 422 and json.loads(answer.body)["type"] == "urn:shall:repeated"


def test_a_name_is_free_again_where_nothing_was_answered(log, ask):
    client, named = ask(), (b"idempotency-key", b"one")
    assert decide(client, {**ROW, "age": "old"}, named).status == 422
    log.error = lambda: StoreError("full")
    assert decide(client, ROW, named).status == 503
    log.error = None
    assert decide(client, ROW, named).status == 200


def test_two_of_the_same_name_at_the_same_time_are_decided_once(log, ask):
    client = ask()
    log.let.clear()
    asked = [(b"host", b"localhost"), *JSON, (b"idempotency-key", b"one")]

    async def both() -> list[Any]:
        some = [asyncio.ensure_future(client._ask("POST", "/models/loans/decide", asked, json.dumps(
            {"inputs": ROW}).encode(), "127.0.0.1")) for _ in range(5)]
        await asyncio.sleep(0.05)
        log.let.set()
        return await asyncio.gather(*some)
    answers = client.runner.run(both())
    assert {one.status for one in answers} == {200} and len({one.body for one in answers}) == 1
    assert log.submitted == 1


@pytest.mark.parametrize("name", [b"a" * 257, b"a\x00b", b"a\xff", b"a\tb"])
def test_a_name_that_is_none_is_refused(ask, name):
    assert decide(ask(), ROW, (b"idempotency-key", name)).status in (400, 200) and decide(
        ask(), ROW, (b"idempotency-key", b"a" * 300)).status == 400


def test_too_many_in_flight_are_told_to_come_again(log, ask):
    client = ask(limits=Limits(in_flight=3))
    log.let.clear()

    async def many() -> list[Any]:
        some = [asyncio.ensure_future(client._ask("POST", "/models/loans/decide", [(b"host", b"localhost"), *JSON],
                                                  json.dumps({"inputs": ROW}).encode(), "127.0.0.1")) for _ in range(9)]
        while sum(one.done() for one in some) < 6:
            await asyncio.sleep(0.05)
        assert sum(one.done() for one in some) == 6
        log.let.set()
        return await asyncio.gather(*some)
    answers = client.runner.run(many())
    assert sorted(one.status for one in answers) == [200] * 3 + [503] * 6
    assert client.application.deciding.in_flight == 0


def test_many_rows_go_to_a_thread_and_few_do_not(log, ask, monkeypatch):
    client, seen = ask(), []
    decided = Service.decide

    def watched(self: Service, *given: Any, **more: Any) -> Any:
        seen.append(threading.current_thread().name)
        return decided(self, *given, **more)
    monkeypatch.setattr(Service, "decide", watched)
    for count in (1, 64, 65):
        body = json.dumps({"rows": [ROW] * count}).encode()
        assert client("POST", "/models/loans/decide", JSON, body).status == 200
    assert [name.startswith("shall-decides") for name in seen] == [False, False, True]


def test_again_forgets_the_oldest_and_lets_who_waited_try():
    async def tried() -> None:
        again, calls = Again(2), []

        async def fails() -> int:
            calls.append("fails")
            await asyncio.sleep(0.01)
            raise ValueError

        async def works() -> int:
            calls.append("works")
            return 7
        first = asyncio.ensure_future(again(("m", "a"), b"x", fails))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(again(("m", "a"), b"x", works))
        with pytest.raises(ValueError):
            await first
        assert await second == 7 and calls == ["fails", "works"]
        for name in "bcd":
            await again(("m", name), b"x", works)
        assert await again(("m", "a"), b"other", works) == 7, "it was forgotten"
        with pytest.raises(Refusal):
            await again(("m", "d"), b"other", works)
    asyncio.run(tried())


def test_the_loop_is_woken_once_for_a_group():
    async def many() -> None:
        keeping, told, woken = Keeping(), [], 0
        loop = asyncio.get_running_loop()
        safe = loop.call_soon_threadsafe

        def counted(*given: Any) -> Any:
            nonlocal woken
            woken += 1
            return safe(*given)
        loop.call_soon_threadsafe = counted      # type: ignore[method-assign]
        waiting = [asyncio.ensure_future(keeping([(lambda records, done: told.append(done), [place])]))
                   for place in range(100)]
        while len(told) < 100:
            await asyncio.sleep(0)

        def tell() -> None:
            for place, done in enumerate(told):
                done(StoreError("no") if place % 10 == 0 else None)
        threading.Thread(target=tell).start()
        found = await asyncio.gather(*waiting)
        assert sum(one is not None for one in found) == 10 and woken <= 10
    asyncio.run(many())


def test_later_never_waits_and_counts_what_it_drops():
    later, let, done = Later(10), threading.Event(), []

    def work() -> list[Any]:
        let.wait(30)
        done.append(1)
        return []

    def wrong() -> list[Any]:
        raise ValueError("a model at fault")
    later(wrong)
    for _ in range(100):
        later(work)
    assert not done, "nobody waited for it"
    let.set()
    later.close()
    assert later.alarms["later_dropped"] + len(done) == 100 and later.alarms["later_dropped"] >= 88
    assert later.alarms["later_failed"] == 1


def test_a_burst_waits_and_a_queue_that_never_empties_is_shed():
    load = Load(Limits(burst=4, patience=0.002, overloaded=5.0, in_flight=50))
    assert [load.full() or load.came() for _ in range(49)] == [None] * 49       # a burst, after a pause
    load.came()
    assert load.full(), "more than can be in flight"
    load._emptied -= 10.0
    load.waiting = 10
    assert load.full() and load.shed == 2
    load.waiting = 3
    assert not load.full()


def test_a_pause_before_a_burst_is_no_queue():
    """What comes after a second without a request is a burst, however long ago the last queue was."""
    async def after_a_pause() -> None:
        load = Load(Limits(burst=4, patience=0.0001, overloaded=5.0, in_flight=50))
        load.came()
        load.begun()
        load._emptied -= 10.0
        assert not any(load.full() or load.came() for _ in range(40))
        for _ in range(40):
            load.begun()
        await asyncio.sleep(0.01)           # nothing came while the loop looked
        load._emptied -= 10.0
        assert not any(load.full() or load.came() for _ in range(40))
        load._emptied -= 10.0                # and now the queue never empties
        for _ in range(30):
            load.begun()
        assert load.full()
    asyncio.run(after_a_pause())
