"""Who did what stands in the log of labels and in the log of requests, by the name of the token."""

from __future__ import annotations

import msgspec

from shall.adapters import open_log
from tests.http import served

JSON = (b"content-type", b"application/json")


def test_a_label_says_whose_it_is_unless_it_says_another(tmp_path):
    texts = served.make_tokens(tmp_path / "tokens.toml")
    service = served.service(tmp_path)
    client = served.Client(served.app(service, tmp_path / "tokens.toml"))
    token = {role: [(b"authorization", b"Bearer " + text.encode()), JSON] for role, text in texts.items()}
    rows = msgspec.json.encode({"rows": [served.ROW] * 3})
    answers = msgspec.json.decode(client("POST", "/models/loans/decide", token["user"], rows).body)["answers"]
    given = [{"decision": answer["id"], "label": "yes"} for answer in answers]
    given[2]["source"] = "the bank"
    for role, labels in (("reviewer", given[:1]), ("producer", given[1:])):
        body = msgspec.json.encode({"labels": labels})
        assert client("POST", "/models/loans/labels", token[role], body).status == 200
    client.close()
    served.close(service)
    log = open_log(tmp_path / "decisions" / "loans" / "labels")
    kept = [row for batch in log.batches(("id", "source")) for row in batch.to_pylist()]
    assert {row["id"]: row["source"] for row in kept} == {
        answers[0]["id"]: "reviewer", answers[1]["id"]: "producer", answers[2]["id"]: "the bank"}


def test_a_request_says_whose_it_was(tmp_path):
    texts = served.make_tokens(tmp_path / "tokens.toml")
    service, told = served.service(tmp_path), []
    client = served.Client(served.app(service, tmp_path / "tokens.toml", access=lambda *given: told.append(given)))
    for role in ("viewer", "regulator", "expired"):
        client("GET", "/models", [(b"authorization", b"Bearer " + texts[role].encode())])
    client("GET", "/v2/health/live")
    client.close()
    served.close(service)
    assert [(status, who) for _, status, _, _, who in told] == [
        (200, "viewer"), (200, "regulator"), (401, ""), (200, "")]


def test_labels_of_decisions_that_nobody_knows_are_kept_and_told(tmp_path):
    service = served.service(tmp_path)
    client = served.Client(served.app(service))
    answer = client("POST", "/models/loans/decide", [JSON, (b"idempotency-key", b"r1")],
                    msgspec.json.encode({"rows": [served.ROW] * 2}))
    known = [answer["id"] for answer in msgspec.json.decode(answer.body)["answers"]]

    def told(*names: str) -> dict[str, object]:
        body = msgspec.json.encode({"labels": [{"decision": name, "label": "yes"} for name in names]})
        reply = client("POST", "/models/loans/labels", [JSON], body)
        assert reply.status == 200
        return msgspec.json.decode(reply.body)

    assert told(*known, "r1", "r1#0", "r1#1") == {"kept": 5}
    some = told(known[0], "customer 17", "r2", "r2#0")
    assert (some["kept"], some["unknown"]) == (4, 3) and some["note"].startswith("customer 17 is no decision that")
    client.close()
    served.close(service)
    service = served.service(tmp_path)          # what was sealed is remembered, too
    client = served.Client(served.app(service))
    assert told("r1") == {"kept": 1} and told("r2")["unknown"] == 1
    client.close()
    served.close(service)
