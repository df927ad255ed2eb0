"""What the routes of the Open Inference Protocol V2 do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import shall
from shall.core.errors import Fault, NotReady
from shall.http import protocol, replies, wire
from shall.http.calls import Call
from shall.http.deciding import Given
from shall.http.problems import RETRY, Refusal
from shall.http.protocol import UNSET, Inference, Inferred
from shall.http.replies import Reply
from shall.http.tensors import TEXT, wrong
from shall.reports._layout import plural, sentence
from shall.runtimes.labelling import text_of
from shall.runtimes.service import Told

if TYPE_CHECKING:
    from shall.http.app import App

EXTENSIONS: Final = ["binary_tensor_data"]
DATATYPES: Final = {"number": "FP64", "text": "BYTES", "hashed": "BYTES", "date": "BYTES", "truth": "BOOL"}
Columns = dict[str, tuple[str, int, Sequence[Any]]]
OWN: Final = {"decision": TEXT, "score": "FP64", "abstained": "BOOL", "code": TEXT, "why": TEXT, "evidence": TEXT,
              "model": TEXT}                # what leaves of a row, whoever answers
AGAIN: Final = "this request was answered before, and only what was logged of that is told again"
GIVEN: Final = {"tensor(string)": TEXT, "tensor(bool)": "BOOL", "tensor(int64)": "INT64", "tensor(int32)": "INT32",
                "tensor(float)": "FP32", "tensor(double)": "FP64"}
KINDS: Final = {"object": "tensor(string)", "bool": "tensor(bool)", "int64": "tensor(int64)", "int32": "tensor(int32)",
                "float32": "tensor(float)", "float64": "tensor(double)"}


async def live(app: App, call: Call) -> Reply:
    """It answers."""
    return replies.json(wire.Live(True))


async def ready(app: App, call: Call) -> Reply:
    """It can decide: every model has a version that answers. Which has none, and why, is for those who may read."""
    models, unable = len(app.service.fleets), app.service.unable()
    if app.closing or not models:
        raise NotReady("the server is ending" if app.closing else "there is no model")
    if unable:
        reader = app.reader(call)
        faults = [] if reader is None else [Fault(None, name, sentence(why)) for name, why in unable.items()
                                            if not reader.models or name in reader.models]
        hint = "" if faults else ": a token that may read is told which"
        raise Refusal(503, "not-ready", f"{len(unable)} of {plural(models, 'model')} cannot answer{hint}.", RETRY,
                      faults=faults)
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
    told, inputs, said = app.faces(call.name, call.version)
    if asked.outputs is not UNSET:          # before anything is decided
        there = [name for name, *_ in outputs(told) if name in OWN or name in said]
        _expect(asked.outputs, there, f"{told.name}@{told.version} has no such output")
    rows = protocol.rows(asked, behind, inputs, app.limits.rows)
    name = call.request(b"" if asked.id is UNSET else asked.id)
    given = await app.deciding((call.name, call.version), rows, name, body)
    return _answered(asked, given, told)


def _answered(asked: Inference, given: Given, told: Told) -> Reply:
    model, columns = given.answers[0].model, _columns(given, told)
    if asked.outputs is not UNSET:          # a canary may have answered, or one that took over meanwhile
        _expect(asked.outputs, columns, f"{model} has no such output" if given.outputs else AGAIN)
    name, _, version = model.partition("@")
    found = Inferred(name, version, [], id=asked.id, parameters={"logged": not given.headers})
    reply = protocol.answered(found, asked, columns)
    return reply._replace(headers=(*reply.headers, *given.headers), after=given.later)


def _expect(asked: Sequence[protocol.Wanted], there: Collection[str], why: str) -> None:
    """Refusal (422) where an output is asked for that is not there."""
    for one in asked:
        if one.name not in there:
            raise wrong(one.name, why, f"one of {', '.join(there)}")


def outputs(told: Told) -> list[tuple[str, str, int | None]]:
    """Name, datatype and width of every output: what leaves of a row, and what else the graph says."""
    own = {**OWN, "decision": TEXT if _texts(told.classes) else "FP64"}
    return [*((name, datatype, 1) for name, datatype in own.items()),
            *((one.name, GIVEN.get(one.what, "FP64"), one.width) for one in told.outputs if one.name not in own)]


def _columns(given: Given, told: Told) -> Columns:
    """What is answered, by the name of the tensor: its datatype, its width, and its values, flat.

    Of the graph that answered what it says as the model was told to: a branch, or a canary, may have other outputs.
    """
    answers = given.answers
    decisions: list[Any] = [answer.decision for answer in answers]
    texts = _texts((*told.classes, *decisions))
    found: Columns = {"decision": (TEXT, 1, [*map(text_of, decisions)]) if texts else ("FP64", 1, decisions),
                      "score": ("FP64", 1, [answer.score for answer in answers]),
                      "abstained": ("BOOL", 1, [answer.abstained for answer in answers]),
                      "code": (TEXT, 1, [answer.code for answer in answers]),
                      "why": (TEXT, 1, [answer.why for answer in answers]),
                      "evidence": (TEXT, 1, [answer.id for answer in answers]),
                      "model": (TEXT, 1, [answer.model for answer in answers])}
    for one in told.outputs:
        values = given.outputs.get(one.name)
        if values is None or one.name in found:
            continue
        kind, width = KINDS.get(values.dtype.name, one.what), values.shape[1] if values.ndim == 2 else 1
        if kind == one.what and one.width in (width, None):
            found[one.name] = GIVEN.get(kind, "FP64"), width, values.ravel().tolist()
    return found


def _texts(classes: Sequence[Any]) -> bool:
    """Classes that are numbers are numbers here too; an abstention is NaN there, and nothing among texts."""
    return any(isinstance(one, str | bool) for one in classes)
