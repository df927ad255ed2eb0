"""What a server shows of others: its fleet, the logs of decisions, its tokens; asked when a page of metrics is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from shall.api.serving import Serving
from shall.core.decisions import Sink
from shall.core.errors import NotReady
from shall.http.deciding import Deciding
from shall.http.later import Later
from shall.http.metrics import (
    ALARM,
    ALARMS,
    BUNDLES,
    DECISIONS,
    IN_FLIGHT,
    QUEUE,
    SHARES,
    WAITING,
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


def tokens(known: Tokens) -> Figures:
    """Whether the file of tokens is not in force as it stands."""
    yield ALARM, ("tokens",), int(bool(known.alarm))


def _sink(one: Fleet) -> Sink | None:
    try:
        return one.sink
    except NotReady:
        return None
