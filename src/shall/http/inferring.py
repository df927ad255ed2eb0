"""What the routes of the Open Inference Protocol V2 do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import shall
from shall.core.errors import NotReady
from shall.http import protocol, replies, wire
from shall.http.calls import Call
from shall.http.deciding import Given
from shall.http.problems import Refusal
from shall.http.protocol import UNSET, Inference, Inferred
from shall.http.replies import Reply
from shall.http.tensors import TEXT
from shall.runtimes.labelling import text_of
from shall.runtimes.service import Told

if TYPE_CHECKING:
    from shall.http.app import App

EXTENSIONS: Final = ["binary_tensor_data"]
DATATYPES: Final = {"number": "FP64", "text": "BYTES", "hashed": "BYTES", "date": "BYTES", "truth": "BOOL"}
Columns = dict[str, tuple[str, int, Sequence[Any]]]
GIVEN: Final = {"tensor(string)": TEXT, "tensor(bool)": "BOOL", "tensor(int64)": "INT64", "tensor(int32)": "INT32",
                "tensor(float)": "FP32", "tensor(double)": "FP64"}


async def live(app: App, call: Call) -> Reply:
    """It answers."""
    return replies.json(wire.Live(True))


async def ready(app: App, call: Call) -> Reply:
    """It can decide: every model has a version that answers."""
    told = app.service.models()
    if app.closing or not told or not all(model.ready for model in told):
        raise NotReady("not every model can answer")
    return replies.json(wire.Ready(True))


async def server(app: App, call: Call) -> Reply:
    """What it is."""
    return replies.json(wire.Server("shall", shall.__version__, EXTENSIONS))


async def model(app: App, call: Call) -> Reply:
    """Inputs and outputs of a model."""
    told = app.service.model(call.name, call.version)
    inputs = [wire.Column(one.name, DATATYPES.get(one.what, TEXT), [-1]) for one in told.inputs]
    given = [wire.Column(name, datatype, [-1] if width in (1, None) else [-1, width])
             for name, datatype, width in outputs(told)]
    return replies.json(wire.Model(told.name, list(told.versions), "shall", inputs, given, {
        "context": [one.name for one in told.context], "in_charge": told.in_charge}))


async def model_ready(app: App, call: Call) -> Reply:
    """Whether a model can decide."""
    told = app.service.model(call.name, call.version)
    if not told.ready:
        raise NotReady(f"the model {told.name} can answer nothing yet")
    return replies.json(wire.Named(told.name, True))


async def infer(app: App, call: Call) -> Reply:
    """Rows as tensors, in JSON or behind it."""
    if call.media not in protocol.MEDIAS:
        raise Refusal(415, "media", "This route takes Content-Type: application/json, or application/octet-stream "
                                    "with Inference-Header-Content-Length.")
    call.most = app.limits.body
    body = await call.body()
    asked, behind = protocol.parted(body, call.headers.get(protocol.HEADER))
    told, inputs = app.faces(call.name, call.version)
    rows = protocol.rows(asked, behind, inputs, app.limits.rows)
    name = call.request(b"" if asked.id is UNSET else asked.id)
    given = await app.deciding((call.name, call.version), rows, name, body)
    return _answered(asked, given, told)


def _answered(asked: Inference, given: Given, told: Told) -> Reply:
    name, _, version = given.answers[0].model.partition("@")
    found = Inferred(name, version, [], id=asked.id, parameters={"logged": not given.headers})
    reply = protocol.answered(found, asked, _columns(given, told))
    return reply._replace(headers=(*reply.headers, *given.headers), after=given.later)


def outputs(told: Told) -> list[tuple[str, str, int | None]]:
    """Name, datatype and width of every output: what leaves of a row, and what else the graph says."""
    own = {"decision": _decided(told), "score": "FP64", "abstained": "BOOL", "code": TEXT, "why": TEXT,
           "evidence": TEXT, "model": TEXT}
    return [*((name, datatype, 1) for name, datatype in own.items()),
            *((one.name, GIVEN.get(one.what, "FP64"), one.width) for one in told.outputs if one.name not in own)]


def _columns(given: Given, told: Told) -> Columns:
    """What is answered, by the name of the tensor: its datatype, its width, and its values, flat."""
    answers = given.answers
    decisions: list[Any] = [answer.decision for answer in answers]
    if _decided(told) == TEXT:
        decisions = [text_of(one) for one in decisions]
    found: Columns = {"decision": (_decided(told), 1, decisions),
                      "score": ("FP64", 1, [answer.score for answer in answers]),
                      "abstained": ("BOOL", 1, [answer.abstained for answer in answers]),
                      "code": (TEXT, 1, [answer.code for answer in answers]),
                      "why": (TEXT, 1, [answer.why for answer in answers]),
                      "evidence": (TEXT, 1, [answer.id for answer in answers]),
                      "model": (TEXT, 1, [answer.model for answer in answers])}
    for one in told.outputs:
        if one.name in given.outputs and one.name not in found:
            values = given.outputs[one.name]
            width = values.shape[1] if values.ndim == 2 else 1
            found[one.name] = GIVEN.get(one.what, "FP64"), width, values.ravel().tolist()
    return found


def _decided(told: Told) -> str:
    """Classes that are numbers are numbers here too; an abstention is NaN there, and nothing among texts."""
    texts = any(isinstance(one, str | bool) for one in told.classes)
    return TEXT if texts else "FP64"
