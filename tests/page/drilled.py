"""A folder with a log, a shall file, its check and two shipped versions: what the deeper views look into."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import shall
from shall import graph as g
from shall.api.shown.evidence import Evidence
from shall.graph.value import Value
from shall.http.access import Entrance
from shall.http.app import App
from shall.http.hosts import Hosts
from shall.http.tokens import Tokens
from shall.page.site import Site
from shall.runtimes.service import Service
from shall.stores.sqlite import open_store
from tests.http import served

SPEC = """shall = 1
[subject]
name = "loans"
target = "paid"
positive = "yes"
[data]
train = "train.parquet"
gate = "gate.parquet"   # never seen
looks = 5
[columns]
id = "id"
decision = "said"
[groups]
sex = "sex"
band = { column = "years", cut = [30, 50] }
region = "region"
[requirements]
right = "accuracy >= 0.60"
fair = "ratio of selection_rate over sex >= 0.80"   # who asks
equal = "difference of false_positive_rate over sex <= 0.30 where years >= 30"
crossed = "true_positive_rate over sex by band >= 0.2"
"""
ROWS, TRAIN = 2_400, 300
HTML = (b"accept", b"text/html")


def log_of(rows: int = ROWS, seed: int = 3) -> pa.Table:
    """Decisions that are worse for old women."""
    random = np.random.default_rng(seed)
    sex, years = random.choice(["women", "men"], rows), random.integers(18, 70, rows)
    paid = random.random(rows) < 0.55
    right = random.random(rows) < np.where((sex == "women") & (years >= 50), 0.45, 0.85)
    city = random.choice(["Bonn", "Ulm", "Kiel"], rows)
    return pa.table({
        "id": np.arange(rows) + 1, "sex": pa.array(sex, mask=random.random(rows) < 0.01), "years": years,
        "region": random.integers(1, 4, rows), "age": years + random.normal(0, 1, rows), "city": city,
        "pay": np.where(paid, 2.0, 0.0) + random.normal(0, 1.2, rows), "paid": np.where(paid, "yes", "no"),
        "said": np.where(right == paid, "yes", "no"), "seen": random.random((rows, 2)).tolist(),
    })


def graph_of(weight: float) -> g.Compiled:
    """A score of pay, age and city, and a decision in words."""
    x = g.inputs({"age": "number", "pay": "number", "city": "text"})
    raw = (x["pay"] - 1.0) * weight + (x["age"] - 44.0) * 0.005
    raw = Value("where", (x["city"].isin(["Bonn"]), raw + 0.2, raw), {})
    score = Value("elementwise", (raw,), {"function": "sigmoid"})
    code = Value("where", (score >= 0.5, score * 0.0 + 1.0, score * 0.0), {})
    return g.compile(x, score=score, decision=Value("label", (code,), {"texts": ("no", "yes")}))


def folder_of(folder: Path, spec: str = SPEC, *, versions: bool = True) -> Path:
    """All files, the check of the log, and two versions that were shipped before it."""
    table = log_of()
    pq.write_table(table, folder / "gate.parquet")
    pq.write_table(log_of(TRAIN, 5), folder / "train.parquet")
    (folder / "shall.toml").write_text(spec, encoding="utf-8")
    if versions:
        for number, weight in enumerate((1.0, 0.6), 1):
            shall.ship(graph_of(weight), folder / "shall.toml", folder / f"v{number}")
    shall.check(folder / "shall.toml", folder / "gate.parquet")
    return folder


@contextlib.contextmanager
def showing(folder: Path, *, rows: bool = True, tokens: Path | None = None,
            data: str = "", labels: str = "") -> Iterator[Callable[..., served.Reply]]:
    """The page over a folder, asked in this process; without ``rows`` from its store alone."""
    file = str(folder / "shall.toml") if rows else ""
    with contextlib.closing(open_store(folder / ".shall" / "shall.db")) as store:
        site = Site(Evidence(store), None, file, data, labels=labels)
        app = App(Service(), Entrance(Hosts(served.HERE), None if tokens is None else Tokens(tokens)), site=site)
        client = served.Client(app)
        try:
            yield client
        finally:
            client.close()
