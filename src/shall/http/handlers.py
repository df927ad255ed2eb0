"""What the plain routes do: decide, explain, label, and tell which models there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shall.core.decisions import Label
from shall.core.errors import Fault
from shall.http import arrow, replies, wire
from shall.http.calls import Call, request_of
from shall.http.deciding import Given
from shall.http.problems import Refusal
from shall.http.replies import JSON, Reply, encode

if TYPE_CHECKING:
    from shall.http.app import App

Handler = Callable[["App", Call], Awaitable[Reply]]
SHOWN: Final = 80                           # characters of a name in a note
FEW: Final = 16                             # rows of one request that are explained


async def decide(app: App, call: Call) -> Reply:
    """One row, several, or an Arrow stream of them."""
    if call.media == arrow.MEDIA:
        return await arrow.decide(app, call)
    body = await _json(app, call)
    asked = wire.read_rows(body)
    rows = _rows(asked, app.limits.rows)
    given = await app.deciding((call.name, call.version), rows, call.request(), body)
    return reply(given, one=asked.rows is wire.UNSET)


def reply(given: Given, one: bool) -> Reply:
    """The answers as JSON."""
    content = given.answers[0] if one and len(given.answers) == 1 else wire.Answers(list(given.answers))
    return Reply(200, JSON, encode(content), given.headers, given.later)


async def explain(app: App, call: Call) -> Reply:
    """The reasons for the scores of a few rows."""
    asked = wire.read_explained(await _json(app, call))
    rows = _rows(asked, FEW)
    most = 4 if asked.most is wire.UNSET else asked.most
    if not 1 <= most <= 100:
        fault = Fault(None, "most", "it is not 1 to 100", "4")
        raise Refusal(422, "input", "There are 1 to 100 reasons.", faults=[fault])
    work = partial(app.service.explain, call.name, rows, version=call.version, most=most)
    model, found = await app.deciding.in_thread(work)
    told = [wire.Explanation(**msgspec.structs.asdict(one), model=model) for one in found]
    return replies.json(told[0] if asked.rows is wire.UNSET else wire.Reasoned(told))


async def label(app: App, call: Call) -> Reply:
    """What turned out to be true."""
    asked = wire.read_labels(await _json(app, call))
    now = app.service.clock()
    labels = [_label(one, place, now, call.grant.name) for place, one in enumerate(asked.labels)]
    if not labels:
        raise Refusal(422, "input", "There is no label.", faults=[Fault(None, "labels", "it is empty", "send some")])
    sink: Any = None                        # a log of decisions, which keeps labels too
    sink, kept = app.service.label(call.name, labels)
    await app.deciding.keep(sink.label, kept)
    if app.metrics is not None:
        app.metrics.labels(call.name, len(kept))
    return replies.json(_kept(sink, kept))


async def models(app: App, call: Call) -> Reply:
    """Every model in service."""
    return replies.json(wire.Models(app.service.models()))


async def model(app: App, call: Call) -> Reply:
    """One of them."""
    return replies.json(app.service.model(call.name, call.version))


async def metrics(app: App, call: Call) -> Reply:
    """Counters, for Prometheus."""
    if app.metrics is None:
        raise Refusal(404, "unknown", "This server counts nothing.")
    return Reply(200, app.metrics.CONTENT_TYPE, app.metrics.page())


async def openapi(app: App, call: Call) -> Reply:
    """What this server takes and answers, as OpenAPI 3.1."""
    return Reply(200, JSON, app.document)


async def _json(app: App, call: Call) -> Any:
    if call.media != JSON:
        raise Refusal(415, "media", "This route takes Content-Type: application/json.")
    call.most = app.limits.body
    return await call.body()


def _rows(asked: wire.Asked, most: int) -> list[wire.Row]:
    if (asked.inputs is wire.UNSET) == (asked.rows is wire.UNSET):
        fault = Fault(None, "inputs", "there is neither inputs nor rows, or both",
                      '{"inputs": {…}} for one row, {"rows": [{…}, …]} for several')
        raise Refusal(422, "input", "The body is not what this route takes.", faults=[fault])
    rows = [asked.inputs] if asked.rows is wire.UNSET else asked.rows
    if not 1 <= len(rows) <= most:
        fault = Fault(None, "rows", f"there are {len(rows):,} rows", f"send 1 to {most:,} at a time")
        raise Refusal(422, "input", "The body has no row, or too many.", faults=[fault])
    return rows                             # type: ignore[return-value]


def _kept(sink: Any, labels: Sequence[Label]) -> wire.Kept:
    """Labels of decisions that nobody knows are kept, since the log may have them, and told."""
    look: Callable[[Sequence[str]], list[str]] | None = getattr(sink, "unknown", None)
    unknown = [] if look is None else look([one.decision for one in labels])
    if not unknown:
        return wire.Kept(len(labels))
    return wire.Kept(len(labels), len(unknown), f"{unknown[0][:SHOWN]} is no decision that this server remembers; it "
                     "is kept, and counts where the log has it: the id of an answer, or what its request was called")


def _label(one: wire.Labelled, place: int, now: int, who: str) -> Label:
    try:
        when = now if one.time is wire.UNSET else _microseconds(one.time)
    except ValueError:
        fault = Fault(place, "time", "it is no time with its zone, as RFC 3339 has it", "2026-11-21T20:00:00Z")
        raise Refusal(422, "input", "A label is not as it must be.", faults=[fault]) from None
    source = who if one.source is wire.UNSET else request_of(one.source, "The source of a label")
    return Label(request_of(one.decision, "The decision of a label"), one.label, when, source)


def _microseconds(text: str) -> int:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    delta = found.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
