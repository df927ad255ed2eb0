"""From rows to answers that may leave: scored, kept, or told why not. One row where it came, many in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from shall.http.again import Again
from shall.http.keeping import Keeping
from shall.http.later import Work
from shall.http.limits import Durable, Limits
from shall.http.load import Load
from shall.http.metrics import Metrics
from shall.http.problems import RETRY, Refusal
from shall.http.reading import Body
from shall.http.together import Together

if TYPE_CHECKING:
    from shall.runtimes.service import Decided, Service

T = TypeVar("T")
FEW: Final = 8                              # rows of a request that is decided together with others
NOT_LOGGED: Final = ((b"shall-logged", b"no"),)


class Given(NamedTuple):
    """What was decided. ``headers``: what the answer says beside it; ``later``: what is done when it has left."""

    answers: Sequence[Any]
    outputs: dict[str, Any]
    headers: tuple[tuple[bytes, bytes], ...] = ()
    later: Work | None = None


class Deciding:
    """Decides, and lets nothing leave that is not kept ("must") or told to be not ("try").

    ``durable``: for all models, in place of what each says.
    """

    def __init__(self, service: Service, limits: Limits, load: Load, durable: Durable | None = None,
                 metrics: Metrics | None = None) -> None:
        self.service, self.limits, self.load, self.durable, self.metrics = service, limits, load, durable, metrics
        self.keeping = Keeping(limits.seconds)
        self.alarms = {"not_logged": 0}
        self.in_flight = 0
        self._again = Again(limits.remembered)
        self._together = Together(self._scored, self._kept)
        self._jobs = 0
        self._threads = ThreadPoolExecutor(2, "shall-decides")

    async def __call__(self, model: tuple[str, str | None], rows: Any, request: str, body: Body) -> Given:
        """The answers to some rows; ``body`` tells a repetition from another request of the same name.

        What the service raises; Refusal (422, 503).
        """
        if self.in_flight >= self.limits.in_flight:
            raise overloaded()
        self.in_flight += 1
        try:
            if not request:
                return await self.decide(model, rows, "")
            return await self._again((model[0], request), body, partial(self._once, model, rows, request))
        finally:
            self.in_flight -= 1

    async def decide(self, model: tuple[str, str | None], rows: Any, request: str) -> Given:
        """Score, keep, and answer."""
        name, version = model
        if self._joins(model, rows, request):
            decided, error = await self._together(model, rows)
        else:
            if len(rows) <= self.limits.inline:
                decided = self._scored(model, rows, request=request)
            else:
                decided = await self.in_thread(partial(self.service.decide, name, rows, version=version,
                                                       request=request))
            error = await self._kept(model, decided)
        if error is None:
            self._count(name, decided)
            return Given(decided.answers, decided.outputs, (), decided.later)
        if request and (before := self.service.answered(name, request)) is not None:
            return Given(before, {})        # another process had the same request at the same time
        if (self.durable or self.service.fleet(name).durable) == "must":
            raise Refusal(503, "log", "The decision could not be kept, so it is not answered. Try again.", RETRY)
        self.alarms["not_logged"] += len(decided.answers)
        self._count(name, decided)
        return Given(decided.answers, decided.outputs, NOT_LOGGED, decided.later)

    def _joins(self, model: tuple[str, str | None], rows: Any, request: str) -> bool:
        """Whether it is decided with others of this turn. A canary is chosen for each request by itself."""
        if request or type(rows) is not list or len(rows) > FEW or not (
                self.load.waiting or self._together.waits(model)):
            return False
        name, version = model
        return version is not None or not self.service.fleet(name).canary

    def _scored(self, model: tuple[str, str | None], rows: Any, requests: int = 1, request: str = "") -> Decided:
        began = perf_counter()
        decided = self.service.decide(model[0], rows, version=model[1], request=request)
        self.load.took((perf_counter() - began) / requests)
        return decided

    async def _kept(self, model: tuple[str, str | None], decided: Decided) -> Exception | None:
        began = perf_counter()
        error = await self.keeping([(sink.submit, records) for sink, records in decided.kept])
        if self.metrics is not None:
            self.metrics.durable(perf_counter() - began)
        return error

    def _count(self, name: str, decided: Decided) -> None:
        if self.metrics is not None:
            self.metrics.decided(name, decided.version.version, decided.mode,
                                 [answer.abstained for answer in decided.answers])

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Work that takes its time. Refusal (503) where too much of it waits."""
        if self._jobs >= self.limits.jobs:
            raise overloaded()
        self._jobs += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._jobs -= 1

    async def keep(self, submit: Callable[..., None], kept: Any) -> None:
        """Keep something that is no decision. Refusal (503)."""
        if await self.keeping([(submit, kept)]) is not None:
            raise Refusal(503, "log", "It could not be kept. Try again.", RETRY)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _once(self, model: tuple[str, str | None], rows: Any, request: str) -> Given:
        before = self.service.answered(model[0], request)
        return await self.decide(model, rows, request) if before is None else Given(before, {})


def overloaded() -> Refusal:
    """There is too much to do."""
    return Refusal(503, "overloaded", "There is more to decide than this server can. Try again.", RETRY)
