"""A server under load: what was answered is what was logged, in swaps too; files, threads and memory stay."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

pytest.importorskip("lightgbm")
pytest.importorskip("uvicorn")

from benchmarks import load, load_bodies, load_case, soak
from benchmarks.serving_client import Connection, closed, drive
from benchmarks.serving_metrics import page_of, with_series
from benchmarks.serving_ours import serve

pytestmark = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="looks at processes by /proc")
SEED = 20_261_121


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    return load_case.packed(tmp_path_factory.mktemp("load"))


def _logged(folder: Path) -> list[str]:
    return soak.column(folder / "decisions" / load_case.NAME, "id")


def test_mixed_load_and_swaps_lose_nothing(tmp_path):
    """L6, in seconds: rows, batches, V2, wrong rows and labels at a rate; a swap a second."""
    for seconds in (3.5, 9.0, 24.0):        # a busy machine takes its time until what is new answers
        (folder := tmp_path / str(seconds)).mkdir()
        one = soak.soaked(folder, seconds, 100.0, swap=seconds / 3.2, scrape=seconds / 10, trees=20)
        if len({*one.mix.models}) == 2 and one.swaps >= 2 and one.mix.wrong >= 5 and len(one.samples) >= 8:
            break
    assert one.mix.failed == []
    assert one.mix.wrong >= 5
    assert one.swaps >= 2 and set(one.mix.models) == {"load@1", "load@2"}
    assert one.mix.twice == 0 and one.exact
    assert one.logged["labels"] == one.mix.kept > 0
    assert one.grown("files") <= 2 and one.grown("threads") <= 2


def test_sixteen_who_ask_at_once_are_answered_and_logged(bundle, tmp_path):
    """L1 and L2, in seconds."""
    ids: list[str] = []

    def heard(status: int, body: bytes, seconds: float) -> None:
        ids.extend(load_bodies.ids(body))

    with serve(bundle, tmp_path) as server:
        bodies = load_bodies.single(64, SEED)
        assert closed(server.port, bodies, 16, count=400, heard=heard).failed == 0
        more = itertools.islice(itertools.cycle(bodies), 100)
        assert drive(server.port, more, 16, rate=100.0, heard=heard).failed == 0
    assert len(set(ids)) == len(ids) == 500
    assert sorted(_logged(tmp_path)) == sorted(ids)


def test_many_rows_at_a_time_over_one_connection(bundle, tmp_path):
    """L3, in counts: JSON of 1,000 rows and Arrow of 5,000, again and again over one connection."""
    bodies = [*load_bodies.several(1000, 2, SEED), load_bodies.stream(5_000, SEED)]
    with serve(bundle, tmp_path) as server:
        one = Connection(server.port)
        statuses = [one.answer(body)[0] for body in itertools.chain(bodies, bodies)]
        one.close()
    assert statuses == [200] * 6
    assert len(set(_logged(tmp_path))) == 2 * (2000 + 5_000)


def test_the_page_of_ten_thousand_series_is_whole():
    """L5: every series is there, and ten times as many cost about ten times as much."""
    page = with_series(10_000).page().decode()
    found = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    assert sum(sample.name == "shall_decisions_total" for sample in found) == 10_000
    assert page_of(10_000)["seconds"] <= 30 * page_of(1_000)["seconds"]


@pytest.mark.slow
def test_load_for_ten_seconds(tmp_path):
    """L1, L2, L3 and L5, P: 10 s of each load; N: `python -m benchmarks.load 60`. Rates and times are told, no bars."""
    one = load.measured(tmp_path, 10.0)
    print(*load.told(one["found"], one["many"], one["page"]), sep="\n")
    assert all(seen.failed == 0 for seen in one["found"].values())
    assert all(some["failed"] == 0 for some in one["many"].values())


@pytest.mark.slow
def test_soak(tmp_path):
    """L6, P: 3 min at 500/s, a swap a minute; N: `SHALL_SOAK=60`, or `python -m benchmarks.soak --minutes 60`."""
    minutes = float(os.environ.get("SHALL_SOAK", "3"))
    one = soak.soaked(tmp_path, 60 * minutes, 500.0)
    print(*soak.told(one), sep="\n")
    assert one.mix.failed == [] and one.mix.twice == 0
    assert one.exact and one.logged["labels"] == one.mix.kept
    assert one.grown("files") <= 2 and one.grown("threads") <= 2
    assert max(sample.journals for sample in one.samples) <= 64
    assert minutes < 20 or one.slope <= 1.0     # MB in ten minutes; a shorter soak is all warming up
