"""What a server shows of others: its fleet, the logs of decisions, its tokens; asked when a page of metrics is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from shall.api.service.serving import Serving
from shall.core.decisions import Sink
from shall.core.errors import NotReady
from shall.http.deciding import Deciding
from shall.http.later import Later
from shall.http.metrics import (
    ALARM,
    ALARMS,
    ALERTS,
    ALERTS_WAITING,
    BUNDLES,
    DECISIONS,
    IN_FLIGHT,
    QUEUE,
    RESPONSES,
    SHARES,
    WAITING,
    WATCHED_ALARM,
    WATCHED_AT,
    WATCHED_FIGURES,
    WATCHED_LABELLED,
    WATCHED_ROWS,
    WRONG,
    Figures,
    Metrics,
)
from shall.http.tokens import Tokens
from shall.runtimes.fleet import Fleet
from shall.runtimes.service import Service


def all_of(metrics: Metrics, service: Service, deciding: Deciding, later: Later, known: Tokens | None) -> None:
    """Have a page of metrics ask for all of this."""
    metrics.ask(partial(fleet, service))
    metrics.ask(partial(logs, service))
    metrics.ask(partial(server, deciding, later))
    if known is not None:
        metrics.ask(partial(tokens, known))


def fleet(service: Service) -> Figures:
    """Every version with what it is there for, canaries with their shares, and alarms."""
    for told in service.models():
        for version, mode in told.modes.items():
            yield BUNDLES, (told.name, version, mode), 1
        for version, share in told.shares.items():
            yield SHARES, (told.name, version), share
    for what, count in [*service.alarms.items()]:
        yield WRONG, (what,), count


def logs(service: Service) -> Figures:
    """What waits for each log of answers, and what went wrong with it."""
    for name, one in service.fleets.items():
        sink = _sink(one)
        waiting: int | None = getattr(sink, "waiting", None)
        alarms: Mapping[str, int] = getattr(sink, "alarms", {})
        if waiting is not None:
            yield WAITING, (name,), waiting
        for alarm, count in [*alarms.items()]:
            yield ALARMS, (name, alarm), count


def server(deciding: Deciding, later: Later) -> Figures:
    """What is being decided, what is decided beside the answers, and what went wrong there."""
    yield IN_FLIGHT, (), deciding.in_flight
    yield QUEUE, (), deciding.load.waiting
    for (model, mode), count in [*later.compared.items()]:
        name, _, version = model.partition("@")
        yield DECISIONS, (name, version, mode, "compared"), count
    for what, count in (*deciding.alarms.items(), *later.alarms.items()):
        yield WRONG, (what,), count


def files(serving: Serving) -> Figures:
    """Whether the serve file or a bundle is not in service as it stands."""
    yield ALARM, ("files",), int(bool(serving.problem))


def responses(serving: Serving) -> Figures:
    """What stands of responses to broken promises, and what webhooks were told."""
    for one in serving.enforcing.every:
        name, _, version = one.model.rpartition("@")
        if name in serving.wanted and version in serving.wanted[name].every:
            yield RESPONSES, (name, version, one.name, one.way), 1
    if (alerts := serving.enforcing.alerts) is not None:
        yield ALERTS_WAITING, (), alerts.waiting
        for result in ("sent", "failed", "dropped"):
            yield ALERTS, (result,), alerts.counts[result]


def watched(serving: Serving) -> Figures:
    """What the watch of each version found last: whether a line sounds, and its newest window that was judged."""
    for model, looked in serving.watched.items():
        yield WATCHED_ROWS, (model,), looked.total
        yield WATCHED_AT, (model,), looked.at
        if looked.waiting:
            oldest = looked.waiting[0]
            yield WATCHED_LABELLED, (model,), oldest.labelled / oldest.rows if oldest.rows else 0.0
        for line, state in looked.state.items():
            yield WATCHED_ALARM, (model, line), int(state.alarm == "alarm")
            if state.verdict is not None:
                part = state.verdict.deciding
                figures = zip(WATCHED_FIGURES, (part.value, part.low, part.high, state.verdict.limit), strict=True)
                yield from ((family, (model, line), value) for family, value in figures if value is not None)


def tokens(known: Tokens) -> Figures:
    """Whether the file of tokens is not in force as it stands."""
    yield ALARM, ("tokens",), int(bool(known.alarm))


def _sink(one: Fleet) -> Sink | None:
    try:
        return one.sink
    except NotReady:
        return None
