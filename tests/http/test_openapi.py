"""The document says what the server does: it is the committed one, it is valid, and who reads it finds no fault.

F7: schemathesis asks a server with a real graph and a real log by the document: examples, coverage, fuzzing, chains of
requests; 0 answers of 5xx, of a status that is not there, of another shape, or to somebody without a good token.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter

import jsonschema
import msgspec
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from checks import reference
from shall.http import openapi
from shall.http.routes import ROUTES
from tests.http import served

SEED = 20261121
REFUSED = [400, 401, 403, 404, 405, 406, 409, 410, 415, 422, 428, 429, "5xx"]
VALUES = {"name": ["loans", "other"], "version": ["1", "2", "0", "9"]}
NUMBER, SCALAR = {"type": ["number", "boolean", "null"]}, {"type": ["number", "string", "boolean", "null"]}
FIELDS = {"age": NUMBER, "pay": NUMBER, "city": SCALAR, "day": {"type": "null"}}


@pytest.fixture(scope="module")
def document():
    return openapi.document(ROUTES)


@pytest.fixture
def world(tmp_path):
    texts = served.make_tokens(tmp_path / "tokens.toml")
    service = served.service(tmp_path)
    application = served.app(service, tmp_path / "tokens.toml")
    hours = itertools.count(0, 3600)        # so that wrong tokens are told apart, and none has to wait
    application.entrance.tokens.failures._clock = lambda: float(next(hours))
    yield application, texts
    application.close()
    served.close(service)


def references(part):
    if isinstance(part, dict):
        yield from ([part["$ref"]] if "$ref" in part else [])
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from references(one)


def test_what_is_committed_is_what_the_table_says(capsys):
    assert reference.main(["--check"]) == 0, capsys.readouterr().out


def test_a_stale_document_is_found(monkeypatch, tmp_path, capsys):
    stale = tmp_path / "openapi.json"
    stale.write_bytes(openapi.text(ROUTES[1:]))
    monkeypatch.setattr(reference, "MADE", {stale: lambda: openapi.text(ROUTES).decode()})
    assert reference.main(["--check"]) == 1 and "openapi.json is out of date" in capsys.readouterr().out
    assert reference.main([]) == 0 and stale.read_bytes() == openapi.text(ROUTES)


def test_every_route_is_there_with_its_statuses_and_who_may(document):
    for route in ROUTES:
        told = document["paths"][route.pattern][route.method.lower()]
        statuses = {int(status) for status in told["responses"]}
        assert {200, 400, 403} <= statuses and told["security"] == ([] if route.policy.open else [{"token": []}])
        assert ({401, 429} <= statuses) != route.policy.open
        assert [one["name"] for one in told.get("parameters", ()) if one["in"] == "path"] == re.findall(
            r"{(\w+)}", route.pattern)
        assert ("requestBody" in told) == (route.method == "POST")
    assert len({route.name for route in ROUTES}) == len(ROUTES) == sum(map(len, document["paths"].values()))


def test_every_schema_is_one_and_every_reference_leads_somewhere(document):
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert {where.removeprefix("#/components/schemas/") for where in references(document)} <= schemas.keys()
    assert not any("." in name for name in schemas)


def test_the_server_tells_its_own_document(world):
    application, texts = world
    client = served.Client(application)
    found = client("GET", "/openapi.json", [(b"authorization", b"Bearer " + texts["viewer"].encode())])
    assert found.status == 200 and found.body == openapi.text(ROUTES) == (
        reference.FOLDER / "openapi.json").read_bytes()
    client.runner.close()


def narrowed(document):
    """The document for the models that are there: so that it is not always a name that nobody has."""
    made = msgspec.json.decode(msgspec.json.encode(document))
    for told in (told for path in made["paths"].values() for told in path.values()):
        for one in told.get("parameters", ()):
            if one["name"] in VALUES:
                one["schema"] = {"enum": VALUES[one["name"]]}
    row = {"type": "object", "properties": FIELDS, "required": [*FIELDS], "additionalProperties": False}
    for name in ("Asked", "Explained"):
        given = made["components"]["schemas"][name]["properties"]
        given["inputs"], given["rows"]["items"] = row, row
    return made


def faults(world, document, examples, phases):
    """What schemathesis finds, and how often each status was answered."""
    application, texts = world
    headers = {role: {"Host": "localhost", "Authorization": f"Bearer {text}"} for role, text in texts.items()}
    config = SchemathesisConfig.from_dict({
        "seed": SEED, "base-url": "http://localhost", "continue-on-failure": True, "headers": headers["user"],
        "operations": [{"include-operation-id": "label", "headers": headers["reviewer"]}],
        "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
        "phases": {phase: {"enabled": phase in phases} for phase in ("examples", "coverage", "fuzzing", "stateful")},
        # the document cannot say which values a model takes: 422 is an answer to what it allows; a version that was
        # recalled answers nobody (410), whatever they ask
        "checks": {"positive_data_acceptance": {"enabled": False},
                   "negative_data_rejection": {"expected-statuses": REFUSED}},
    })
    schema = schemathesis.openapi.from_dict(narrowed(document), config=config)
    schema.app = application
    found, statuses = [], Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            statuses.update(one.response.status_code for one in recorder.interactions.values() if one.response)
            found += [f"{check.name} {recorder.label}: {check.failure_info.failure.message}"
                      for checks in recorder.checks.values() for check in checks if check.failure_info]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(repr(event))
    print(f"seed {SEED}: {sum(statuses.values())} requests, {dict(sorted(statuses.items()))}")
    print("\n".join(found))
    return found, statuses


def test_who_reads_the_document_to_the_letter_finds_no_fault(world, document):
    """Each parameter, header and field at its edges and beyond."""
    found, statuses = faults(world, document, 1, ("examples", "coverage"))
    assert found == [] and sum(statuses.values()) > 600 and statuses[401] > 15 and statuses[405] > 100


def test_who_plays_with_the_document_finds_no_fault(world, document):
    """P in short, so that it fits the default suite; 50 examples an operation are below."""
    found, statuses = faults(world, document, 8, ("fuzzing",))
    assert found == [] and statuses[200] > 25 and statuses[422] > 15


@pytest.mark.slow
@pytest.mark.parametrize("examples", [50, 1000])
def test_who_reads_the_document_long_finds_no_fault(world, document, examples):
    """P: 50 examples an operation; N: 1,000."""
    found, statuses = faults(world, document, examples, ("examples", "coverage", "fuzzing", "stateful"))
    assert found == [] and statuses[200] > 60 and statuses[401] > 15 and statuses[422] > 50
