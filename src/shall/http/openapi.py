"""The table of routes as OpenAPI 3.1: what each takes and gives, every status, and who may use it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final

import msgspec

import shall as package
from shall.http.access import Policy
from shall.http.problems import MEDIA, Problem
from shall.http.replies import JSON
from shall.http.router import NAME
from shall.http.routes import Route

WHERE: Final = "#/components/schemas/{name}"
SPACES: Final = re.compile(r"\s+")
QUOTES: Final = re.compile(r"``(.*?)``")
EVERY: Final = (400, 403)                   # a header that is wrong; a host or a page that is not this server's
ASKED: Final = (401, 429)                   # where a token is asked for
ONE_OF: Final = {"oneOf": [{"required": ["inputs"]}, {"required": ["rows"]}],
                 "examples": [{"inputs": {"age": 41, "city": "Ulm"}}]}
# what the types do not say
MORE: Final[dict[str, dict[str, Any]]] = {
    "Asked": ONE_OF, "Explained": ONE_OF,
    "Labels": {"examples": [{"labels": [{"decision": "k7f3q2m9x4abc-1", "label": "yes"}]}]},
}
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "name": {"name": "name", "in": "path", "required": True, "description": "The name of a model.",
             "schema": {"type": "string", "pattern": f"^{NAME.pattern}$"}},
    "version": {"name": "version", "in": "path", "required": True, "description": "One of its versions.",
                "schema": {"type": "string", "pattern": f"^{NAME.pattern}$"}},
    "idempotency-key": {
        "name": "Idempotency-Key", "in": "header", "description":
            "What the client calls its request: the same one again is answered by what was decided at first.",
        "schema": {"type": "string", "maxLength": 256}},
    "inference-header-content-length": {
        "name": "Inference-Header-Content-Length", "in": "header", "description":
            "Bytes of JSON at the beginning of a body with tensors behind it.",
        "schema": {"type": "integer", "minimum": 0}},
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The document, as JSON has it."""
    routes = tuple(routes)
    types = [Problem, *(one for route in routes for one in (*_types(route.takes), *_types(route.gives)))]
    kinds = [*dict.fromkeys(types)]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=WHERE)
    where = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.pattern, {})[route.method.lower()] = _operation(route, where)
    made = {
        "openapi": "3.1.0",
        "info": {"title": "shall", "version": package.__version__,
                 "description": "Models in service: every decision is logged before it is answered."},
        "paths": paths,
        "components": {
            "schemas": {name: _plain(schema) | MORE.get(name, {}) for name, schema in components.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer",
                                          "description": "`shall tokens new` makes one."}},
        },
    }
    named: dict[str, Any] = _renamed(made, {name: _short(name) for name in components})
    return named


def text(routes: Iterable[Route]) -> bytes:
    """The document as it is committed and served."""
    return msgspec.json.format(msgspec.json.encode(document(routes)), indent=1) + b"\n"


def _types(told: Any) -> tuple[Any, ...]:
    return told if isinstance(told, tuple) else () if told is None else (told,)


def _operation(route: Route, where: dict[Any, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": route.name, "summary": route.summary, "description": _who(route.policy),
        "security": [] if route.policy.open else [{"token": []}],
    }
    names = re.findall(r"{(\w+)}", route.pattern)
    if names or route.headers:
        made["parameters"] = [PARAMETERS[name] for name in (*names, *route.headers)]
    if route.takes is not None:
        made["requestBody"] = {"required": True, "content": _content(route.takes, route.media_in, where)}
    made["responses"] = dict(_responses(route, where))
    return made


def _responses(route: Route, where: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    yield "200", {"description": HTTPStatus(200).phrase, "content": _content(route.gives, route.media_out, where)}
    problem = {MEDIA.decode(): {"schema": where[Problem]}}
    for status in sorted({*EVERY, *(() if route.policy.open else ASKED), *route.statuses}):
        told: dict[str, Any] = {"description": HTTPStatus(status).phrase, "content": problem}
        if status in (429, 503):
            told["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
        if status == 401:
            told["headers"] = {"WWW-Authenticate": {"description": "Bearer.", "schema": {"type": "string"}}}
        yield str(status), told


def _content(types: Any, media: Iterable[str], where: dict[Any, Any]) -> dict[str, Any]:
    kinds = [where[one] for one in _types(types)]
    schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    made: dict[str, Any] = {JSON.decode(): {"schema": schema}} if kinds else {}
    return made | {one: {} for one in media} or {JSON.decode(): {}}


def _who(policy: Policy) -> str:
    return "For everybody." if policy.open else f"For the roles {', '.join(sorted(policy.roles))}."


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with its docstring as one line of Markdown."""
    told = schema.get("description", "")
    return schema | {"description": QUOTES.sub(r"`\1`", SPACES.sub(" ", told).strip())}


def _short(name: str) -> str:
    """Names that two modules have come with their modules: `shall.http.wire.Told` is `WireTold`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split(".")[-2:])


def _renamed(made: Any, names: dict[str, str]) -> Any:
    if isinstance(made, dict):
        return {names.get(key, key): _reference(value, names) if key == "$ref" else _renamed(value, names)
                for key, value in made.items()}
    return [_renamed(one, names) for one in made] if isinstance(made, list) else made


def _reference(where: str, names: dict[str, str]) -> str:
    room, _, name = where.rpartition("/")
    return f"{room}/{names.get(name, name)}"
