"""A model behind an address: the Open Inference Protocol V2, or a plain route of JSON."""

from __future__ import annotations

import hashlib
import http.client
import json
import math
import os
import re
import ssl
import time
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.answers import Answer
from shall.adapters.frames import is_text
from shall.core.errors import DataError, InputError

BATCH: Final = 1000                         # rows of a request
TIMEOUT: Final = 30.0                       # seconds
TRIES: Final = 4
WAIT: Final = 0.5                           # seconds before the second try, twice as long before each further one
LARGEST: Final = 2**26                      # bytes of an answer
AGAIN: Final = (429, 502, 503, 504)
TOKEN: Final = "SHALL_TOKEN"                # of the environment: sent as a bearer token
V2: Final = re.compile(r"(/.*)?/v2/models/[^/]+(/versions/[^/]+)?/infer")
KINDS: Final = ("score", "probability", "probabilities", "scores", "prediction", "predictions", "output", "value")
LABELS: Final = ("label", "decision", "class", "predict", "output_label")


class Endpoint:
    """A model that answers at the one address that the shall file names, and at no other: redirects are not followed.

    An address that ends in `/v2/models/NAME/infer` is asked by the Open Inference Protocol, its inputs from
    its metadata. Any other gets `{"instances": [{"age": 31, …}, …]}` and answers `{"predictions": […]}`, each a
    number, a list of probabilities, or an object with `score` and `decision`. A missing value is null.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"{address} is no http(s):// address of a model")
        if parts.username or parts.password:
            raise InputError(f"the address of a model holds no password: put a token into the variable {TOKEN}")
        self.name = address
        self._parts: SplitResult = parts
        self._token = os.environ.get(TOKEN, "")
        if self._token and parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise InputError(f"{address} is not encrypted, and {TOKEN} is set: write https://, or unset it")
        self._told = hashlib.sha256(address.encode())
        self._inputs: list[dict[str, Any]] = []

    @property
    def digest(self) -> str:
        """SHA-256 of its address and all its answers: nothing else is known of it."""
        return self._told.hexdigest()

    def inputs(self, columns: pa.Schema) -> list[str]:
        """All columns; of the V2 protocol those that its metadata name."""
        if not V2.fullmatch(self._parts.path):
            return list(columns.names)
        metadata = self._asked("GET", self._parts.path.removesuffix("/infer"), None)
        inputs = metadata.get("inputs") if isinstance(metadata, dict) else None
        if not isinstance(inputs, list) or not all(isinstance(one, dict) and "name" in one for one in inputs):
            raise DataError(f"{self.name} states no inputs in its metadata")
        self._inputs = inputs
        if len(inputs) == 1 and inputs[0]["name"] not in columns.names:
            return self._matrix(inputs[0], columns)
        names = [str(one["name"]) for one in inputs]
        if lacking := [name for name in names if name not in columns.names]:
            raise DataError(f"{self.name} takes {lacking[0]}, which is no column that it may have; there are "
                            f"{', '.join(columns.names)}. A group has to be allowed: [build] use_groups = […]")
        return names

    def answer(self, rows: pa.RecordBatch) -> Answer:
        """What it says of some rows, asked in parts."""
        parts = [self._part(rows.slice(start, BATCH)) for start in range(0, rows.num_rows, BATCH)]
        labels = [part.labels for part in parts if part.labels is not None]
        values = [part.values for part in parts if part.values is not None]
        if len(labels) not in (0, len(parts)) or len({one.shape[1] for one in values}) > 1 or (
                len(values) not in (0, len(parts))):
            raise DataError(f"{self.name} answers now in this form, now in another")
        return Answer(pa.chunked_array(labels).combine_chunks() if labels else None,
                      np.concatenate(values) if values else None, parts[0].classes)

    def _matrix(self, one: dict[str, Any], columns: pa.Schema) -> list[str]:
        names = [field.name for field in columns if not is_text(field.type) and not pa.types.is_temporal(field.type)]
        wide = (one.get("shape") or [-1])[-1]
        if wide not in (-1, len(names)):
            raise DataError(f"{self.name} takes {wide} numbers a row, and the gate has {len(names)}: "
                            f"{', '.join(names)}")
        return names

    def _part(self, rows: pa.RecordBatch) -> Answer:
        if self._inputs:
            body = {"inputs": _tensors(rows, self._inputs)}
            answered = self._asked("POST", self._parts.path, body)
            return _of_outputs(answered, rows.num_rows, self.name)
        route = self._parts.path + (f"?{self._parts.query}" if self._parts.query else "")
        answered = self._asked("POST", route or "/", {"instances": [_plain(row) for row in rows.to_pylist()]})
        return _of_predictions(answered, rows.num_rows, self.name)

    def _asked(self, method: str, route: str, body: dict[str, Any] | None) -> Any:
        content = None if body is None else json.dumps(body, allow_nan=False, default=str).encode()
        failure = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(WAIT * 2 ** (attempt - 1))
            try:
                status, answered = self._once(method, route, content)
            except (OSError, http.client.HTTPException) as error:
                failure = str(error) or type(error).__name__
                continue
            if status == 200:
                self._told.update(answered)
                return self._decoded(answered)
            failure = f"status {status}"
            if 300 <= status < 400:
                raise DataError(f"{self.name} sends on to another address, which is not followed: name that one")
            if status not in AGAIN:
                raise DataError(f"{self.name} answers with {failure}: {answered[:200].decode(errors='replace')}")
        raise DataError(f"{self.name} does not answer after {TRIES} tries: {failure}")

    def _once(self, method: str, route: str, content: bytes | None) -> tuple[int, bytes]:
        assert self._parts.hostname is not None
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection: http.client.HTTPConnection
        if self._parts.scheme == "https":
            connection = http.client.HTTPSConnection(self._parts.hostname, self._parts.port, timeout=TIMEOUT,
                                                     context=ssl.create_default_context())
        else:
            connection = http.client.HTTPConnection(self._parts.hostname, self._parts.port, timeout=TIMEOUT)
        try:
            connection.request(method, route, content, headers)
            response = connection.getresponse()
            answered = response.read(LARGEST + 1)
        finally:
            connection.close()
        if len(answered) > LARGEST:
            raise DataError(f"{self.name} answers with more than {LARGEST // 2**20} MB")
        return response.status, answered

    def _decoded(self, content: bytes) -> Any:
        try:
            return json.loads(content, parse_constant=_refused)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{self.name} does not answer with JSON: {str(error)[:80]}") from error


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in row.items()}


def _tensors(rows: pa.RecordBatch, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(inputs) == 1 and inputs[0]["name"] not in rows.schema.names:
        matrix = zip(*([_finite(value) for value in column.to_pylist()] for column in rows.columns), strict=True)
        return [{"name": inputs[0]["name"], "datatype": inputs[0].get("datatype", "FP64"),
                 "shape": [rows.num_rows, rows.num_columns], "data": [value for row in matrix for value in row]}]
    return [{"name": one["name"], "datatype": one.get("datatype", _datatype(rows.schema.field(one["name"]).type)),
             "shape": [rows.num_rows, 1] if len(one.get("shape") or ()) == 2 else [rows.num_rows],
             "data": [_finite(value) for value in rows.column(one["name"]).to_pylist()]} for one in inputs]


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _datatype(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "BOOL"
    return "INT64" if pa.types.is_integer(kind) else "FP64" if pa.types.is_floating(kind) else "BYTES"


def _of_outputs(answered: Any, rows: int, name: str) -> Answer:
    """The outputs of V2: texts and whole numbers are classes, floats are probabilities or predictions."""
    outputs = answered.get("outputs") if isinstance(answered, dict) else None
    labels: pa.Array | None = None
    values: NDArray[np.float64] | None = None
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        if not isinstance(data, list) or not rows or len(data) % rows:
            raise DataError(f"{name} answers with an output that does not fit {rows:,} rows")
        if str(output.get("datatype", "")).startswith(("FP", "BF")) and values is None:
            values = _floats(data, name).reshape(rows, -1)
        elif len(data) == rows and labels is None:
            labels = _classes(data, name)
    if labels is None and values is None:
        raise DataError(f"{name} answers without outputs")
    return Answer(labels, values)


def _of_predictions(answered: Any, rows: int, name: str) -> Answer:
    found = answered.get("predictions") if isinstance(answered, dict) else answered
    if not isinstance(found, list) or len(found) != rows:
        many = f"{len(found):,}" if isinstance(found, list) else "no list of"
        raise DataError(f"{name} answers with {many} predictions to {rows:,} rows; it should be "
                        '{"predictions": […]}, one a row')
    if all(isinstance(one, dict) for one in found):
        keys = [*found[0]]
        value = next((key for key in KINDS if key in keys), None)
        label = next((key for key in LABELS if key in keys), None)
        if value is None and label is None:
            raise DataError(f"{name} answers with the keys {', '.join(keys)}; `score` or `decision` is wanted")
        return Answer(None if label is None else _classes([one.get(label) for one in found], name),
                      None if value is None else _floats([one.get(value) for one in found], name).reshape(rows, -1))
    if all(isinstance(one, str | int) for one in found):       # classes, or whole predictions
        return Answer(_classes(found, name))
    return Answer(None, _floats(found, name).reshape(rows, -1))


def _floats(values: list[Any], name: str) -> NDArray[np.float64]:
    try:
        return np.array(values, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise DataError(f"{name} answers with something that is no number") from error


def _classes(values: list[Any], name: str) -> pa.Array:
    try:
        return pa.array(values)
    except pa.ArrowException as error:
        raise DataError(f"{name} answers with classes of several kinds") from error
