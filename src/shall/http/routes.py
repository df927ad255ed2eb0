"""Every route of the server, in one table. What is not in it does not exist; each has a policy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shall.http import arrow, handlers, inferring, protocol, wire
from shall.http.access import DECIDE, LABEL, OPEN, READ, Policy
from shall.http.calls import Call
from shall.http.replies import Reply
from shall.runtimes.service import Answer, Told

if TYPE_CHECKING:
    from shall.http.app import App


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path.

    ``name``: of the operation; ``takes``, ``gives``: types of JSON, several where it is one of them; ``media_in``,
    ``media_out``: of bodies that are no JSON, or not only; ``statuses``: beside 200 and those of policies and limits;
    ``headers``: that it reads.
    """

    method: str
    pattern: str
    handler: Callable[[App, Call], Awaitable[Reply]]
    policy: Policy
    name: str
    summary: str
    takes: Any = None
    gives: Any = None
    media_in: tuple[str, ...] = ()
    media_out: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()


ARROW: Final = (arrow.MEDIA.decode(),)
BINARY: Final = (protocol.OCTETS.decode(),)
MODEL: Final = (404, 410, 503)              # unknown, recalled, not ready
ROWS: Final = (400, 404, 408, 410, 413, 415, 422, 503)
V2, PLAIN, OF = "/v2/models/{name}", "/models/{name}", "/versions/{version}"


def _both(name: str, after: str, *route: Any, base: str = PLAIN, **more: Any) -> tuple[Route, Route]:
    """For the version in charge (or one of a canary), and for the one that is asked for."""
    method, handler, policy, summary = route
    return (Route(method, base + after, handler, policy, name, summary, **more),
            Route(method, base + OF + after, handler, policy, name + "_version", summary + " Of one version.", **more))


ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/v2/health/live", inferring.live, OPEN, "live", "Whether the server answers.", gives=wire.Live),
    Route("GET", "/v2/health/ready", inferring.ready, OPEN, "ready", "Whether every model can decide; else the faults "
          "name those that cannot, to who may read.", gives=wire.Ready, statuses=(503,)),
    Route("GET", "/v2", inferring.server, READ, "server", "Name, version and extensions.", gives=wire.Server),
    *_both("metadata", "", "GET", inferring.model, READ, "Inputs and outputs of a model, as tensors.", base=V2,
           gives=wire.Model, statuses=MODEL),
    *_both("model_ready", "/ready", "GET", inferring.model_ready, READ, "Whether a model can decide.", base=V2,
           gives=wire.Named, statuses=MODEL),
    *_both("infer", "/infer", "POST", inferring.infer, DECIDE, "Decide rows that are given as tensors.", base=V2,
           takes=protocol.Inference, gives=protocol.Inferred, media_in=BINARY, media_out=BINARY, statuses=ROWS,
           headers=("idempotency-key", "inference-header-content-length")),
    Route("GET", "/models", handlers.models, READ, "models", "Every model in service.", gives=wire.Models),
    *_both("model", "", "GET", handlers.model, READ, "A model in service.", gives=Told, statuses=MODEL),
    *_both("decide", "/decide", "POST", handlers.decide, DECIDE, "Decide one row, several, or an Arrow stream of them.",
           takes=wire.Asked, gives=(Answer, wire.Answers), media_in=ARROW, media_out=ARROW, statuses=ROWS,
           headers=("idempotency-key",)),
    *_both("explain", "/explain", "POST", handlers.explain, DECIDE, "The reasons for the scores of a few rows.",
           takes=wire.Explained, gives=(wire.Explanation, wire.Reasoned), statuses=ROWS),
    Route("POST", "/models/{name}/labels", handlers.label, LABEL, "label", "What turned out to be true of decisions.",
          takes=wire.Labels, gives=wire.Kept, statuses=ROWS),
    Route("GET", "/metrics", handlers.metrics, READ, "metrics", "Counters, for Prometheus.",
          media_out=("text/plain",)),
    Route("GET", "/openapi.json", handlers.openapi, READ, "openapi", "This table, as OpenAPI 3.1."),
)
