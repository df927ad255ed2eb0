"""Every key of a serve file, as the reference tells it: what it takes, what counts without it, an example."""

from __future__ import annotations

from typing import Final, NamedTuple


class Key(NamedTuple):
    """A key of one table. ``example`` is TOML; ``default``: what counts where it is not there."""

    name: str
    takes: str
    default: str
    example: str
    what: str


NAME: Final = "income"                      # a name of the examples
ABOUT: Final = {
    "": "At the top of the file, before the tables.",
    NAME: f"One table for each name that answers: `[{NAME}]` answers under `/models/{NAME}`. A name has a-z, 0-9, _ "
          "and -, at most 64 of them.",
    "server": "Where it answers, and what it takes at most. What changes here counts from the next start.",
    "log": "Where decisions are logged, and for how long. What changes here counts from the next start.",
    "tokens": "Who may ask. Without it only this machine can.",
    "trust": "Whose signatures a bundle needs. A key is a path, or `ed25519:…`.",
    "alert": "Who hears of an alarm, besides the log and the metrics.",
}
KEYS: Final[dict[str, tuple[Key, ...]]] = {
    "": (
        Key("serve", "whole number", "needed", "serve = 1", "The version of the file."),
        Key("store", "path or address", "none", 'store = ".shall/shall.db"',
            "The store of evidence: recalls, who was in charge when, the heads of the log. A file, or postgresql://…"),
    ),
    NAME: (
        Key("bundles", "table of paths", "needed", 'bundles = { 7 = "income-7.zip", 8 = "income-8.zip" }',
            "Bundles by version."),
        Key("in_charge", "version", "the only bundle", 'in_charge = "7"', "Who answers, unless a canary does."),
        Key("canary", "table of shares", "none", 'canary = { 8 = "10%" }',
            "Which share of the requests others answer."),
        Key("shadow", "list of versions", "none", 'shadow = ["8"]',
            "Scored when the answer has left, and logged beside it."),
        Key("apprentice", "version", "none", 'apprentice = "8"',
            "A shadow that is held to its requirements: may it take over?"),
        Key("take_over", '"propose" or "at once"', '"propose"', 'take_over = "at once"',
            "What happens when the apprentice meets every requirement."),
        Key("fall_back", "version", "the one that was in charge before", 'fall_back = "8"',
            'Who answers after an alarm of a requirement whose `on_broken` is "fall back".'),
        Key("durable", '"must" or "try"', "as under [server]", 'durable = "try"',
            "Whether a decision that cannot be logged is refused, or answered with an alarm."),
        Key("labels", "path or address", "what is sent to /labels", 'labels = "outcomes.parquet"',
            "Labels for the apprentice and the watch, where none are sent to the server."),
        Key("sample", "share", "all", 'sample = "10%"',
            "Which share of the decisions is logged; each row has its weight."),
        Key("whole", "table of values", "none", "whole = { abstained = true }",
            "Rows with one of these values are all logged, whatever the share of the rest."),
    ),
    "server": (
        Key("host", "address", '"127.0.0.1"', 'host = "0.0.0.0"',
            "Where it listens. Another address than this machine's needs tokens."),
        Key("port", "0 to 65535", "8080", "port = 8080", "0: any that is free."),
        Key("durable", '"must" or "try"', '"must"', 'durable = "try"',
            "For every name that says nothing else. The strictest word of name, server and bundle counts."),
        Key("hosts", "list of names", "none", 'hosts = ["models.example.org"]',
            "Names that it is called by from outside; others are refused."),
        Key("body", "size", "8 MB", 'body = "8 MB"', "Of a request, at most."),
        Key("stream", "size", "128 MB", 'stream = "128 MB"', "Of a request that is an Arrow stream."),
        Key("held", "size", "256 MB", 'held = "256 MB"', "Of all requests that are being received."),
        Key("head", "size", "16 KB", 'head = "16 KB"', "Of the request line and the headers."),
        Key("seconds", "time", "30 s", 'seconds = "30 s"',
            "Until a request is there, until a decision is kept, until an answer is taken."),
        Key("idle", "time", "75 s", 'idle = "75 s"', "Until a connection without a request is closed."),
        Key("patience", "time", "10 ms", 'patience = "10 ms"', "How long a request waits for its turn under overload."),
        Key("depth", "whole number", "64", "depth = 64", "Of arrays and objects in JSON."),
        Key("rows", "whole number", "1000000", "rows = 1000000", "Of one request."),
        Key("connections", "whole number", "4096", "connections = 4096", "At once."),
        Key("in_flight", "whole number", "1000", "in_flight = 1000", "Decisions under way; beyond it 503."),
        Key("inline", "whole number", "64", "inline = 64",
            "Rows of a request that are scored where it came; more go to a thread."),
        Key("later", "whole number", "256", "later = 256",
            "Requests that wait to be compared with shadows; beyond it they are left out, and counted."),
        Key("jobs", "whole number", "16", "jobs = 16", "Large requests that wait for a thread; beyond it 503."),
    ),
    "log": (
        Key("folder", "path", "the folder of the file", 'folder = "/var/lib/shall"',
            "Where `decisions/` and `compared/` lie; on a local disk."),
        Key("keep", "time", "for ever", 'keep = "400 days"', "How long a segment is kept."),
        Key("rows", "whole number", "65536", "rows = 65536", "Of a segment, before it is sealed."),
        Key("seconds", "time", "300 s", 'seconds = "300 s"', "Until a segment is sealed that has fewer."),
        Key("queue", "whole number", "1000", "queue = 1000", "Requests that wait for the disk; beyond it 503."),
    ),
    "tokens": (
        Key("file", "path", "none", 'file = "tokens.toml"', "What `shall tokens new` writes."),
    ),
    "trust": (
        Key("regulator", "key", "none", 'regulator = "keys/regulator.pub"',
            "Signs bundles, and lets recalled versions answer again."),
        Key("producer", "key", "none", 'producer = "keys/producer.pub"', "Who made the model."),
        Key("user", "key", "none", 'user = "keys/user.pub"', "Who uses it."),
        Key("required", "list of roles", "none", 'required = ["regulator"]', "Who has to have signed every bundle."),
        Key("smallest_cell", "whole number", "none", "smallest_cell = 10",
            "Taken as in a shall file, and without effect here: the page goes by the shall file of the model."),
    ),
    "alert": (
        Key("webhooks", "list of addresses", "none", 'webhooks = ["https://hooks.example.org/shall"]',
            "Exactly these hear of an alarm."),
        Key("header", "table of texts", "none", 'header = { Authorization = "Bearer $HOOK_TOKEN" }',
            "Headers that are sent along; a secret is a variable of the environment."),
        Key("secret", "variable", "none", 'secret = "$HOOK_SECRET"', "Signs what is sent (HMAC-SHA-256)."),
        Key("allow_private", "true or false", "false", "allow_private = true",
            "Whether an address of a private network may be called."),
    ),
}
