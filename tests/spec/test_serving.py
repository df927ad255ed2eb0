"""A serve file is read whole: everything that is wrong at once, each with its place and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.core.errors import FileError
from shall.spec import loads, serving
from shall.spec.fleets import Served

GOOD = """serve = 1
store = "postgresql://me@host/db"
[income]
bundles = { 7 = "income-7.zip", 8 = "b/8", 9 = "9.zip", ten = "10.zip" }
in_charge = 7
canary = { 8 = "10%", 9 = "2.5 %" }
apprentice = "ten"
take_over = "at once"
durable = "try"
labels = "labels.parquet"
sample = "5%"
whole = { decision = "no", abstained = true }
[other]
bundles = { 1 = "other.zip" }
[server]
host = "::1"
port = 0
durable = "must"
hosts = ["models.example.org"]
body = "4 MB"
seconds = "500 ms"
in_flight = 10
[log]
folder = "/var/lib/shall"
keep = "400 days"
rows = 10
seconds = "1 min"
queue = 5
[tokens]
file = "tokens.toml"
[trust]
user = "keys/user.pub"
producer = "ed25519:abc"
required = ["user"]
"""


def problems(text: str) -> list[tuple[int, int, str, str]]:
    with pytest.raises(FileError) as caught:
        serving.loads(text)
    return [(one.line, one.column, one.message, one.fix) for one in caught.value.problems]


def test_all_that_can_be_said() -> None:
    found = serving.loads(GOOD, Path("/etc/shall/serve.toml"))
    assert found.served["income"] == Served(
        "income", {"7": "/etc/shall/income-7.zip", "8": "/etc/shall/b/8", "9": "/etc/shall/9.zip",
                   "ten": "/etc/shall/10.zip"}, "7", {"8": 0.1, "9": 0.025}, (), "ten", "at once", "try",
        "/etc/shall/labels.parquet", 0.05, (("decision", "no"), ("abstained", True)))
    assert found.served["other"] == Served("other", {"1": "/etc/shall/other.zip"}, "1", {})
    assert (found.host, found.port, found.durable, found.hosts) == ("::1", 0, "must", ("models.example.org",))
    assert found.limits == {"body": 4_000_000, "in_flight": 10, "seconds": 0.5}
    assert type(found.limits["body"]) is int
    assert (found.log.folder, found.log.keep_days, found.log.rows_a_segment, found.log.seconds_a_segment,
            found.log.queue) == ("/var/lib/shall", 400.0, 10, 60.0, 5)
    assert found.tokens == "/etc/shall/tokens.toml" and found.store == "postgresql://me@host/db"
    assert found.trust == {"user": "/etc/shall/keys/user.pub", "producer": "ed25519:abc", "required": ("user",)}


def test_the_least_that_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "serve.toml").write_text('serve = 1\n[income]\nbundles = { 7 = "income-7.zip" }\n')
    found = serving.load(tmp_path / "serve.toml")
    assert found.served == {"income": Served("income", {"7": str(tmp_path / "income-7.zip")}, "7", {})}
    assert (found.host, found.port, found.durable, found.limits, found.store, found.tokens, found.trust) == (
        "127.0.0.1", 8080, None, {}, None, None, {})
    assert found.log == serving.LogOptions(str(tmp_path))


def test_everything_that_is_wrong_at_once() -> None:
    told = problems('''serve = 2
what = 3
[income]
bundles = { 7 = "7.zip", 8 = "8.zip", A = 5 }
in_charge = "6"
canary = { 8 = "90%", 7 = "20%", x = 1 }
shadow = ["8", 3, true]
take_over = "later"
whole = { decision = 5 }
[serevr]
port = 1
[Upper]
bundles = { 1 = "a.zip" }
[server]
port = 99999
body = "8 s"
prot = 1
[tokens]
[trust]
required = ["usr"]
''')
    assert [(line, column, message) for line, column, message, _ in told] == [
        (1, 9, "the file is of version 2, and this shall reads 1"),
        (2, 1, "there is no key `what` at the top of the file"),
        (4, 39, "`A` is no version"),
        (4, 43, "`A` is a text, not a number"),
        (5, 13, 'there is no bundle of version "6"'),
        (6, 10, "the shares add up to 1.1 of 1, and nothing is left"),
        (6, 34, 'there is no bundle of version "x"'),
        (6, 38, "the share of a canary is above 0% and at most 100%, not 1"),
        (7, 10, "version 8 is named under canary already"),
        (7, 16, 'there is no bundle of version "3"'),
        (7, 19, "a version is a text, not true or false"),
        (8, 13, 'there is no take_over "later"'),
        (9, 9, "`whole` says which rows are all kept, and no `sample` of the rest is named"),
        (9, 22, "the value of `decision` is a text, true or false, not a number"),
        (10, 2, "`serevr` has no bundles"),
        (11, 1, "there is no key `port` in [serevr]"),
        (12, 2, "`Upper` is no name of a model"),
        (15, 8, "`port` is at most 65535, not 99999"),
        (16, 8, '`body` is a size with its unit, not "8 s"'),
        (17, 1, "there is no key `prot` in [server]"),
        (18, 2, "[tokens] does not say where they are"),
        (20, 13, 'there is no signer "usr"'),
    ]
    fixes = dict(zip(((line, column) for line, column, *_ in told), (fix for *_, fix in told), strict=True))
    assert fixes[17, 1] == "did you mean `port`?" and fixes[5, 13] == "the versions are: 7, 8, A"


@pytest.mark.parametrize(("text", "message", "fix"), [
    ("", "the version of the file is missing", "begin the file with: serve = 1"),
    ("serve = true", "`serve` is the version of the file, not true or false", "write: serve = 1"),
    ("serve = 1", "nothing is served", 'add: [income] with bundles = { 7 = "income-7.zip" }'),
    ("serve = 1\n[sever]\nport = 1", "there is no table [sever], and no bundles are in it", "did you mean [server]?"),
    ('serve = 1\n[a]\nbundles = { 1 = "a", 2 = "b" }', "`a` does not say which version is in charge",
     'add: in_charge = "1"'),
    ('serve = 1\n[a]\nbundles = {}', "`bundles` is empty", 'write: bundles = { 7 = "income-7.zip" }'),
    ('serve = 1\n[a]\nbundles = "a.zip"', "`bundles` is a table, not a text",
     'write: bundles = { 7 = "income-7.zip" }'),
    ('serve = 1\n[a]\nbundles = { 1 = "a" }\nsample = "0%"', '`sample` is above 0% and at most 100%, not "0%"',
     'write: sample = "10%"'),
    ('serve = 1\n[a]\nbundles = { 1 = "a" }\nshadow = "1"', "`shadow` is a list of versions, not a text",
     'write: shadow = ["9"]'),
    ('serve = 1\n[a]\nbundles = { 1 = "a" }\n[log]\nkeep = "0 days"', '`keep` is a time with its unit, not "0 days"',
     'write: keep = "400 days"; the units are ns, us, ms, s, min, h, day, days'),
])
def test_one_thing_that_is_wrong(text: str, message: str, fix: str) -> None:
    assert (message, fix) in [(said, mend) for _, _, said, mend in problems(text)]


def test_a_version_that_is_for_two_things() -> None:
    told = problems('serve = 1\n[a]\nbundles = { 1 = "a", 2 = "b" }\nin_charge = "1"\ncanary = { 2 = "5%" }\n'
                    'shadow = ["2"]\napprentice = "1"\n')
    assert [message for _, _, message, _ in told] == ["version 2 is named under canary already",
                                                      "version 1 is named under in_charge already"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        serving.load(tmp_path / "serve.toml")


@pytest.mark.parametrize(("read", "text", "said"), [
    (serving.loads, 'shall = 1\n[subject]\ntarget = "y"\n[serve]\ndurable = "try"\n',
     "this is a shall file, not a serve file: give the serve file, which begins with: serve = 1"),
    (loads, 'serve = 1\n[income]\nbundles = { 7 = "7.zip" }\n',
     "this is a serve file, not a shall file: give the shall file, which begins with: shall = 1"),
])
def test_a_file_of_the_other_kind_has_one_fault(read, text, said) -> None:
    with pytest.raises(FileError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert f"{problem.message}: {problem.fix}" == said and (problem.line, problem.column) == (1, 1)


LINES = GOOD.splitlines()


@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 40), st.text(max_size=3) | st.sampled_from(
    ["", "{", "]", '"', "=", "5", "true", "[a]\n", "1979-05-27", "'", "%", ".."])), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_mutant_is_read_or_told(changes: list[tuple[int, int, str]]) -> None:
    """Nothing but a FileError with places, whatever is changed."""
    lines = [*LINES]
    for line, column, text in changes:
        lines[line] = lines[line][:column] + text + lines[line][column + 1:]
    try:
        found = serving.loads("\n".join(lines))
    except FileError as error:
        assert error.problems and all(one.message for one in error.problems)
    else:
        assert all(one.in_charge in one.bundles for one in found.served.values())
        assert all(sum(one.canary.values()) <= 1 + 1e-9 for one in found.served.values())
