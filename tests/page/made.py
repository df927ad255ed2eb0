"""Stores with real verdicts: a log is checked and watched, and what was found is recorded as the verbs record it."""

from __future__ import annotations

import contextlib
import http.client
import json as plain
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import shall
from shall.core.errors import ShallError
from shall.core.store import Store
from shall.http import tokens
from shall.http.token_table import ROLES
from shall.reports import json
from shall.stores.sqlite import open_store
from tests.reports.hostile import NAMES

SHALL: Mapping[str, Any] = {
    "shall": 1, "subject": {"name": "income", "target": "paid", "positive": "yes"},
    "columns": {"decision": "said", "time": "at"}, "groups": {"sex": "sex"},
    "requirements": {"useful": "accuracy >= 0.70", "fair": "ratio of selection_rate over sex >= 0.80",
                     "equal": "difference of false_positive_rate over sex <= 0.10",
                     "sure": {"that": "precision over sex >= 0.60", "why": "a wrong yes costs a home"}},
}
LIFE = "4f" * 32


def log_of(rows: int = 6_000, seed: int = 9) -> pa.Table:
    """Decisions that are fair at first, and not to women from two thirds on."""
    random = np.random.default_rng(seed)
    sex = random.choice(["women", "men"], rows)
    paid = random.random(rows) < 0.5
    late = np.arange(rows) > rows * 2 // 3
    right = np.where((sex == "women") & late, 0.60, 0.86)
    said = np.where(random.random(rows) < right, paid, ~paid) & ~((sex == "women") & late & (random.random(rows) < 0.7))
    at = np.datetime64("2026-01-01T00:00:00") + np.arange(rows) * np.timedelta64(3_600, "s")
    return pa.table({"at": at, "sex": sex, "paid": np.where(paid, "yes", "no"), "said": np.where(said, "yes", "no")})


@cache
def checked() -> Any:
    """A check of the first rows."""
    return shall.check(dict(SHALL), log_of().slice(0, 3_000))


@cache
def watched() -> Any:
    """A watch of all of them."""
    return shall.watch(dict(SHALL), log_of(), window="500 rows")


def of_check(report: Any) -> dict[str, Any]:
    """The body of the record of a check."""
    return {"report": json.check(report), "log": "l" * 64, "plan": "p" * 64, "tally": "t" * 64}


def whole_life_of(report: Any, window: str) -> dict[str, dict[str, Any]]:
    """What a record of a window says of the whole life until then."""
    told = {one.name: json.of_span(one) for one in report.spans if one.window == window}
    kept = ("value", "low", "high", "n", "about")
    return {**{name: {"why": why} for name, why in report.unspanned.items()},
            **{name: {key: one[key] for key in kept} for name, one in told.items()}}


def windows_of(report: Any, life: str = LIFE) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Kind, body and key of what a watch records."""
    for window in report.windows:
        alarms = [one for one in report.sounded if one.window == window.label]
        for one in alarms:
            body = {"name": one.name, "line": one.line, "row": one.row, "at": one.at, "window": one.window,
                    "about": one.about, "life": life}
            yield "alarm", body, f"{life} {one.name} {one.row}"
        yield "verdicts", {"window": window.label, "rows": window.rows, "labelled": window.labelled,
                           "verdicts": [json.of_verdict(one) for one in window.verdicts],
                           "alarms": sorted({one.name for one in (*alarms, *window.alarms)}),
                           "whole_life": whole_life_of(report, window.label),
                           "life": life}, f"{life} {window.label}"


def story(store: Store, name: str = "income") -> Store:
    """A life: built, checked, packed twice, in charge, watched, alarmed, answered, one version recalled."""
    report = checked()
    verdicts = [json.of_verdict(one) for one in report.verdicts]
    store.append("build", name, {"model": "aa" * 32, "found": True, "gate": "bb" * 32, "train": "cc" * 32,
                                 "verdicts": [{**one, "phase": "build"} for one in verdicts]})
    store.append("check", name, of_check(report))
    for version in ("6", "7"):
        store.append("shipped", name, {"version": version, "answers": version * 64}, key=version)
        store.append("in charge", name, {"version": version, "digest": version * 64})
    for kind, body, key in windows_of(watched()):
        store.append(kind, f"{name}@7", body, key=key)
    store.append("response", f"{name}@7", {"response": "abstain", "name": "fair", "line": "", "about": "women",
                                           "did": "rows of women are not answered", "where": "sex = 'women'"})
    store.append("recall", f"{name}@6", {"why": "labels of March were swapped", "by": "ana"})
    return store


def packed(store: Store, version: str, *verdicts: str, name: str = "income") -> None:
    """A version is checked, with what is found of `useful` and the others in turn, and then packed."""
    told = plain.loads(json.check(checked()))
    for one, verdict in zip(told["verdicts"], verdicts, strict=False):
        one["verdict"] = verdict
    told["verdicts"] = told["verdicts"][:len(verdicts)]
    beside = {"log": version * 64, "plan": "p" * 64}
    store.append("check", name, {"report": plain.dumps(told), "tally": "t" * 64, **beside})
    store.append("shipped", name, {"version": version, "answers": version * 64, **beside}, key=version)


def store_at(path: Path) -> Store:
    """A store of one life."""
    return story(open_store(path))


def hostile(store: Store) -> list[str]:
    """Every hostile name as a model, a requirement, a group, a window, a reason and whatever else has a name."""
    base = json.of_verdict(next(one for one in watched().windows[-1].verdicts if one.name == "fair"))
    kept = []
    for name in NAMES:
        try:
            store.append("shipped", name, {"version": name})
        except (ShallError, UnicodeError):
            continue                        # a NUL, or half of a pair, which no store keeps
        kept.append(name)
    for place, name in enumerate(kept):
        groups = [{**row, "group": {name: f"{name}{number}"}} for number, row in enumerate(base["groups"])]
        one = {**base, "name": name, "why": name, "needs": name, "controls": [name], "groups": groups,
               "reason": name, "compared": name, "verdict": "undecided", "worst": [row["group"] for row in groups[:1]]}
        body = {"window": name, "rows": 7, "labelled": None, "verdicts": [one], "alarms": [name], "life": name}
        store.append("verdicts", "many", body, key=f"w{place}")
        store.append("verdicts", name, body, key=f"w{place}")
        store.append("alarm", name, {"name": name, "line": name, "row": 1, "at": name, "window": name, "about": name})
        store.append("response", name, {"response": name, "name": name, "did": name, "where": name})
        store.append("recall", f"many@{place}", {"why": name, "by": name})
    return kept


def make_tokens(path: Path) -> dict[str, str]:
    """A token of each role, by role."""
    return {role: tokens.new(path, role, role)[0] for role in ROLES}


@contextlib.contextmanager
def showing(store: Path, *options: str) -> Iterator[dict[str, Any]]:
    """`shall page` in a process of its own, on a free port; what it told."""
    command = [sys.executable, "-m", "shall", "page", "--store", str(store), "--port", "0", "--json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=store.parent,
                               env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert process.stdout is not None and process.stderr is not None
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield plain.loads(line)
        process.terminate()
        assert process.wait(60) == 0
        assert process.stderr.read() == "", "whatever was asked, nothing went wrong"
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(60)
        process.stdout.close()
        process.stderr.close()


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], str]:
    """Status, headers and text of a page."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(asking):
        asking.request("GET", path, headers={"Accept": "text/html", **(headers or {})})
        answer = asking.getresponse()
        return answer.status, dict(answer.headers), answer.read().decode()


def names_of(one: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names of some verdicts of JSON."""
    return [str(verdict["name"]) for verdict in one]
