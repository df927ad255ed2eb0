"""What `benchmarks.page` puts beside its verdicts, so that no page is empty, and the addresses of every page."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import shall
from shall import graph as g
from shall.core.decisions import Field, Record
from shall.graph.value import Value
from shall.page.table import PAGES
from shall.stores import open_store
from shall.stores.decisions import open_log

MODEL: Final = "/page/models/model-0"
PATTERNS: Final = [page.pattern for page in PAGES if page.method == "GET"]
PEOPLE, PROPOSALS, REVIEWS, DECISIONS, ROWS = 2_000, 300, 1_000, 50_000, 20_000
EPOCH: Final = 1_790_000_000_000_000        # microseconds since 1970
SPEC: Final = """shall = 1
[subject]
name = "model-0"
target = "paid"
positive = "yes"
[data]
train = "train.parquet"
gate = "gate.parquet"
looks = 5
[columns]
decision = "said"
[groups]
sex = "sex"
age = "age"
[requirements]
useful = "accuracy >= 0.70"
fair = "ratio of selection_rate over sex by age >= 0.80"
equal = "difference of false_positive_rate over sex <= 0.10"
sure = "precision over age >= 0.60"
found = "recall over sex >= 0.70"
"""


def log_of(rows: int, seed: int) -> pa.Table:
    """Rows with a decision that is right four times of five."""
    random = np.random.default_rng(seed)
    paid = random.random(rows) < 0.5
    said = np.where(random.random(rows) < 0.8, paid, ~paid)
    ages = ["18-30", "31-50", "51-"]
    return pa.table({"sex": random.choice(["women", "men"], rows), "age": random.choice(ages, rows),
                     "pay": paid + random.normal(0, 0.8, rows), "years": random.integers(18, 80, rows),
                     "paid": np.where(paid, "yes", "no"), "said": np.where(said, "yes", "no")})


def graph_of(weight: float) -> g.Compiled:
    """A score of one number, and a decision in words."""
    x = g.inputs({"pay": "number"})
    score = Value("elementwise", ((x["pay"] - 0.5) * weight,), {"function": "sigmoid"})
    code = Value("where", (score >= 0.5, score * 0.0 + 1.0, score * 0.0), {})
    return g.compile(x, score=score, decision=Value("label", (code,), {"texts": ("no", "yes")}))


def made(folder: Path, store: Path) -> None:
    """A shall file with rows, two versions and a check, and what people did."""
    pq.write_table(log_of(ROWS, 1), folder / "gate.parquet")
    pq.write_table(log_of(ROWS // 4, 2), folder / "train.parquet")
    file = folder / "shall.toml"
    file.write_text(SPEC, encoding="utf-8")
    for version, weight in enumerate((1.0, 3.0), 2):
        shall.ship(graph_of(weight), file, folder / f"v{version}", version=str(version))
    shall.check(file, folder / "gate.parquet")
    logged(folder / "decisions" / "model-0")
    with open_store(store) as kept:
        for number in range(PEOPLE):
            kept.append("done", f"ana-{number % 7}", {"what": "signed in", "by": f"ana-{number % 7}", "role": "viewer"})
        for number in range(PROPOSALS):
            body = {"name": "useful", "line": f"accuracy >= 0.7{number}", "was": "accuracy >= 0.70", "why": "why",
                    "by": "ana"}
            one = kept.append("proposal", "model-0", body).sequence
            if number < PROPOSALS - 2:
                kept.append("declined", "model-0", {**body, "of": one, "why": "no"}, key=str(one))
        for number in range(REVIEWS):
            kept.append("review", "model-0", {"decision": f"aaaaaaaaaaaaa-{number}", "label": "yes", "by": "ana",
                                              "role": "reviewer"})


def logged(folder: Path) -> None:
    """A log of decisions, of which one of fifty was not made."""
    fields = (Field("pay", "number"), Field("sex", "text"), Field("decision", "text"), Field("score", "number"),
              Field("code", "text"), Field("why", "text"))
    log = open_log(folder, fields)
    for start in range(0, DECISIONS, 1_000):
        some = []
        for number in range(start, start + 1_000):
            odd = number % 50 == 0
            values = (float(number), "women", None if odd else "yes", 0.7, "abstained" if odd else "answered", "")
            some.append(Record(log.next_id(), EPOCH + number, "", "model-0@1", "d" * 64, "live", values))
        log.write(some)
    log.close()


def paths(before: int) -> tuple[str, ...]:
    """An address or more of every page; ``before``: the number of a record."""
    line, where = f"{MODEL}/requirements/line-1", quote("years >= 50 and sex = 'women'")
    found = ("/page", "/page/live", "/page/records/7", MODEL, line, f"{line}?before={before}", f"{MODEL}/edit",
             f"{MODEL}/edit?requirement=useful&line={quote('accuracy >= 0.81')}&why=why",
             f"{MODEL}/edit?requirement=equal&line=", "/page/review", f"{MODEL}/review", f"{MODEL}/slices",
             f"{MODEL}/slices?requirement=useful&where={where}", f"{MODEL}/data", f"{MODEL}/compare",
             f"{MODEL}/compare?a=2&b=3", f"{MODEL}/graph", f"{MODEL}/graph?row=77", f"{MODEL}/rows",
             f"{MODEL}/rows?where={where}", f"{MODEL}/rows?near=77", f"{MODEL}/versions", "/page/trail",
             "/page/trail?before=5500")
    covered = {pattern for pattern in PATTERNS for path in found if _fits(pattern, path.partition("?")[0])}
    assert covered == {*PATTERNS}, {*PATTERNS} - covered
    return found


def _fits(pattern: str, path: str) -> bool:
    parts, asked = pattern.split("/"), path.split("/")
    return len(parts) == len(asked) and all(one == other or one.startswith("{")
                                            for one, other in zip(parts, asked, strict=True))
