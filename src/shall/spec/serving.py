"""Reads ``serve.toml``: which bundles answer under which names, and how. Every problem is told at once, with its place.

    serve = 1
    store = ".shall/shall.db"
    [income]
    bundles = { 7 = "income-7.zip", 8 = "income-8.zip", 9 = "income-9.zip" }
    in_charge = "7"
    canary = { 8 = "10%" }
    apprentice = "9"
    [server]
    port = 8080
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast

from shall.core.errors import FileError
from shall.core.units import UNITS, in_base
from shall.spec.alerting import AlertOptions, read_alert
from shall.spec.fleets import NAME, Served, read_served
from shall.spec.problems import Problems, nearest
from shall.spec.sections import read_trust
from shall.spec.table import Table, kind_of
from shall.spec.toml import read_document, read_file

Durable = Literal["must", "try"]
VERSION: Final = 1
TOP: Final = ("serve", "store")
TABLES: Final = ("server", "log", "tokens", "trust", "alert")
SIZES: Final = {"body": "8 MB", "stream": "128 MB", "held": "256 MB", "head": "16 KB"}
TIMES: Final = {"seconds": "30 s", "idle": "75 s", "patience": "10 ms"}
COUNTS: Final = {"depth": "64", "rows": "1000000", "connections": "4096", "in_flight": "1000", "inline": "64",
                 "later": "256", "jobs": "16"}
BEGINS: Final = re.compile(r"(?:\s*#[^\n]*\n|\s)*serve\s*=")
QUANTITY: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*")
ROLES: Final = ("regulator", "producer", "user")
LONGEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class LogOptions:
    """In which folder `decisions/` and `compared/` lie, and for how long they are kept; None: for ever."""

    folder: str
    keep_days: float | None = None
    rows_a_segment: int | None = None
    seconds_a_segment: float | None = None
    queue: int | None = None


@dataclass(frozen=True, slots=True)
class ServeFile:
    """A serve file that was read. Its paths are absolute; ``limits`` has what the file says, and no more."""

    path: Path
    served: Mapping[str, Served]
    log: LogOptions
    host: str = "127.0.0.1"
    port: int = 8080
    durable: Durable | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()             # names that a browser may call the server by
    tokens: str | None = None
    store: str | None = None
    trust: Mapping[str, object] = field(default_factory=dict)
    alert: AlertOptions = field(default_factory=AlertOptions)


Look = Callable[[ServeFile, Problems], None]


def load(path: str | Path, look: Look | None = None) -> ServeFile:
    """Read a serve file. FileError with every problem at once; ``look`` may add some, of what the file names."""
    place = Path(path)
    return loads(read_file(place, str(place)), place, look)


def is_one(path: str | Path) -> bool:
    """Whether a file says at its top that it is a serve file; a file that cannot be read says nothing."""
    try:
        return BEGINS.match(read_file(Path(path), str(path))) is not None
    except FileError:
        return False


def told(file: ServeFile) -> str:
    """What a serve file puts into service, in one line."""
    return "; ".join(_told(one) for one in file.served.values())


def _told(served: Served) -> str:
    more = [f"{version} for {share:.4g} of 1" for version, share in served.canary.items()]
    more += [f"{version} as a shadow" for version in served.shadow]
    more += [f"{served.apprentice} as an apprentice"] if served.apprentice else []
    return f"{served.name}: {', '.join([f'{served.in_charge} in charge', *more])}"


def loads(text: str, path: Path = Path("serve.toml"), look: Look | None = None) -> ServeFile:
    """Read the text of one, whose paths are relative to the folder of ``path``."""
    document = read_document(text, str(path))
    problems = Problems(document)
    file = _file(document.data, path.absolute(), problems)
    if look is not None:
        look(file, problems)
    if told := problems.sorted():
        raise FileError(told)
    return file


def _file(root: Mapping[str, Any], path: Path, problems: Problems) -> ServeFile:
    top = Table(root, (), problems)
    if "shall" in root and not isinstance(root.get("serve", {}), int):
        problems.at_key(("shall",), "this is a shall file, not a serve file",
                        "give the serve file, which begins with: serve = 1")
        raise FileError(problems.sorted())
    names = [name for name, one in root.items() if isinstance(one, dict) and name not in TABLES]
    top.only((*TOP, *TABLES, *names))
    _version(top)
    served = {name: read_served(root, name, path.parent, problems) for name in names if _name(name, root, problems)}
    if not names:
        problems.at_key((), "nothing is served", 'add: [income] with bundles = { 7 = "income-7.zip" }')
    server = Table(root, ("server",), problems)
    server.only(("host", "port", "durable", "hosts", *SIZES, *TIMES, *COUNTS))
    tokens = Table(root, ("tokens",), problems)
    tokens.only(("file",))
    if "tokens" in root and "file" not in tokens:
        problems.at_key(("tokens",), "[tokens] does not say where they are", 'add: file = "tokens.toml"')
    return ServeFile(
        path=path, served=served, log=_log(root, path.parent, problems), host=server.text("host", "127.0.0.1", "::1"),
        port=_port(server), durable=_durable(server), limits=_limits(server),
        hosts=server.texts("hosts", '"models.example.org"'),
        tokens=_place(tokens.text("file", "", "tokens.toml"), path.parent),
        store=_place(top.text("store", "", ".shall/shall.db"), path.parent),
        trust={key: _key(key, value, path.parent) for key, value in read_trust(root, problems).items()},
        alert=read_alert(root, problems))


def _name(name: str, root: Mapping[str, Any], problems: Problems) -> bool:
    """Whether a table is that of a name; a misspelt table of the server is a problem."""
    meant = nearest(name, TABLES)
    if meant and meant not in root and "bundles" not in root[name]:
        problems.at_key((name,), f"there is no table [{name}], and no bundles are in it", f"did you mean [{meant}]?")
        return False
    if not NAME.fullmatch(name):
        problems.at_key((name,), f"`{name[:80]}` is no name of a model",
                        "a name has a-z, 0-9, _ and -, begins with one of the first two, and is at most 64 long")
        return False
    return True


def _version(top: Table) -> None:
    version = top.given.get("serve")
    if version is None:
        top.problems.at_key((), "the version of the file is missing", "begin the file with: serve = 1")
    elif isinstance(version, bool) or not isinstance(version, int):
        top.wrong("serve", f"`serve` is the version of the file, not {kind_of(version)}", "write: serve = 1")
    elif version != VERSION:
        top.wrong("serve", f"the file is of version {version}, and this shall reads {VERSION}", "install a newer shall")


def _log(root: Mapping[str, Any], folder: Path, problems: Problems) -> LogOptions:
    table = Table(root, ("log",), problems)
    table.only(("folder", "keep", "rows", "seconds", "queue"))
    days = _quantity(table, "keep", "time", "400 days")
    return LogOptions(
        str(folder / table.text("folder", ".", "/var/lib/shall")), None if days is None else days / 86400,
        table.whole("rows", 1, "65536"), _quantity(table, "seconds", "time", "300 s"), table.whole("queue", 1, "1000"))


def _port(server: Table) -> int:
    port = server.whole("port", 0, "8080")
    if port is not None and port > LONGEST_PORT:
        server.wrong("port", f"`port` is at most {LONGEST_PORT}, not {port}", "write: port = 8080")
    return 8080 if port is None else port


def _durable(server: Table) -> Durable | None:
    return cast(Durable, server.choice("durable", ("must", "try"), "must")) if "durable" in server else None


def _limits(server: Table) -> dict[str, float]:
    found: dict[str, float | None] = {key: _quantity(server, key, "size", SIZES[key]) for key in SIZES}
    found |= {key: _quantity(server, key, "time", TIMES[key]) for key in TIMES}
    found |= {key: server.whole(key, 1, COUNTS[key]) for key in COUNTS}
    whole = {key: int(value) for key, value in found.items() if value is not None and key not in TIMES}
    return {**whole, **{key: value for key, value in found.items() if value is not None and key in TIMES}}


def _quantity(table: Table, key: str, kind: str, example: str) -> float | None:
    """A size or a time with its unit, in bytes or seconds; None where there is none."""
    if key not in table:
        return None
    said = table.text(key, "", example)
    match = QUANTITY.fullmatch(said) if said else None
    unit = match.group(2) if match else ""
    if match is None or UNITS.get(unit, ("",))[0] != kind or not float(match.group(1)):
        if said:
            units = ", ".join(name for name, (of, _) in UNITS.items() if of == kind)
            table.wrong(key, f'`{key}` is a {kind} with its unit, not "{said[:40]}"',
                        f'write: {key} = "{example}"; the units are {units}')
        return None
    return in_base(float(match.group(1)), unit)


def _place(told: str, folder: Path) -> str | None:
    return None if not told else told if "://" in told else str(folder / told)


def _key(role: str, told: object, folder: Path) -> object:
    """A key that is a path, as one that is absolute."""
    return str(folder / told) if role in ROLES and isinstance(told, str) and not told.startswith("ed25519:") else told
