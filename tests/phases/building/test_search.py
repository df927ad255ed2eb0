"""A search bears what happens to it: stops, kills, faults, several workers, and several processes at one study."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from shall import registry
from shall.adapters.workers import side_by_side
from shall.core.errors import StoreError
from shall.phases.build import BuildResult
from shall.phases.building.candidates import Tried
from shall.phases.building.search import Budget, _together
from shall.phases.building.told import read, written
from shall.phases.building.trial import Outcome
from tests.phases.building.searching import ROOT, rows, search
from tests.postgresql_server import programs, server

lightgbm = pytest.importorskip("lightgbm")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("compas")
    rows(place)
    return place


@pytest.fixture(scope="module")
def whole(folder: Path) -> BuildResult:
    """A search that nothing happened to."""
    return search(folder)


def alike(one: BuildResult, other: BuildResult) -> None:
    assert one.tried == other.tried
    assert one.candidate is not None and other.candidate is not None
    assert one.candidate.digest == other.candidate.digest
    assert one.failed == other.failed


def sqlite(place: Path) -> str:
    return f"sqlite:///{place / 'search.db'}"


def started(*arguments: object, **how: Any) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(Path(__file__).with_name("searching.py")), *map(str, arguments)],
                            text=True, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, **how)


def test_a_seed_gives_the_same_with_two_workers_and_in_a_database(folder: Path, whole: BuildResult,
                                                                  tmp_path: Path) -> None:
    alike(search(folder, workers=2, study=sqlite(tmp_path)), whole)
    assert whole.trials == 6
    assert search(folder, seed=1).tried != whole.tried


@pytest.fixture
def spoilt(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the learner `lightgbm` do something else at some of its calls."""
    find = registry.find

    def spoil(happens: Any) -> list[int]:
        calls: list[int] = []
        learner = find("methods", "lightgbm")

        def fit(X: Any, y: Any, *rest: Any, **named: Any) -> Any:
            if named.get("settings"):       # not what learns the groups
                calls.append(len(X))
                happens(len(calls))
            return learner.fit(X, y, *rest, **named)

        module = SimpleNamespace(**{**vars(learner), "fit": fit})
        monkeypatch.setattr(registry, "find", lambda room, name: module if name == "lightgbm" else find(room, name))
        return calls
    return spoil


def test_an_interrupted_search_goes_on_as_if_it_had_not_been(folder: Path, whole: BuildResult, tmp_path: Path,
                                                            spoilt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(call: int) -> None:
        if call == 3:                       # in the middle of a trial, and of a round
            raise KeyboardInterrupt

    spoilt(stop)
    first = search(folder, study=sqlite(tmp_path))
    monkeypatch.undo()
    assert 0 < first.trials < 6
    assert any("interrupted" in note for note in first.notes)
    second = search(folder, study=sqlite(tmp_path))
    assert f"{first.trials} trials are those of an earlier run of the same search" in second.notes
    alike(second, whole)
    third = search(folder, study=sqlite(tmp_path), trials=3)        # nothing is learned again, and no more is taken
    assert third.trials == 3 and third.tried == tuple(one for one in third.tried if one.trial < 3)


def test_a_killed_search_goes_on_as_if_it_had_not_been(folder: Path, whole: BuildResult, tmp_path: Path) -> None:
    killed = started(folder, sqlite(tmp_path), 6, 1, 3)
    out, _ = killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL and out.count("trial") == 3
    alike(search(folder, study=sqlite(tmp_path)), whole)


def test_a_trial_that_fails_is_recorded_and_stops_nothing(folder: Path, tmp_path: Path, spoilt: Any) -> None:
    class OddError(Exception):
        """No error that anybody knows."""

    def fail(call: int) -> None:
        raise OddError("out of leaves")

    spoilt(fail)
    found = search(folder, study=sqlite(tmp_path))
    assert found.trials == 6 and found.tried and found.candidate is not None
    assert all(one.made["config"]["learner"] == "logistic_regression" for one in found.tried)
    assert found.failed and {why for _, why in found.failed} == {"OddError: out of leaves"}
    assert all("lightgbm" in name for name, _ in found.failed)
    again = search(folder, study=sqlite(tmp_path))
    assert again.failed == found.failed and again.tried == found.tried


def test_budgets_hold(folder: Path) -> None:
    assert search(folder, trials=1).trials == 1
    began = time.monotonic()
    found = search(folder, trials=10_000, seconds=4)
    assert time.monotonic() - began < 15
    assert 0 < found.trials < 10_000
    assert f"the time was over after {found.trials} trials" in found.notes
    assert not any("time" in why for _, why in found.failed)
    hardly = search(folder, seconds=1, progress=lambda what, done: time.sleep(1))
    assert hardly.trials == 1 and hardly.candidate is not None     # its first trial is there before the search


@pytest.mark.parametrize(("study", "message"), [
    ("sqlite:////no/such/folder/search.db", "sqlite:////no/such/folder/search.db: .*unable to open database file"),
    ("nonsense", "nonsense: "),
    ("postgresql://me:secret@127.0.0.1:1/studies", r"postgresql://me:\*\*\*@127.0.0.1:1/studies: "),
])
def test_a_study_that_cannot_be_opened_is_told(folder: Path, study: str, message: str) -> None:
    if study.startswith("postgresql"):
        pytest.importorskip("pg8000")
    with pytest.raises(StoreError, match=f"cannot be kept at {message}.*Mend .build. study, or leave it out") as told:
        search(folder, study=study)
    assert "secret" not in str(told.value)


def test_a_file_that_is_no_database_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "search.db").write_text("no database, " * 100)
    with pytest.raises(StoreError, match=r"cannot be kept at .*not a database"):
        search(folder, study=sqlite(tmp_path))
    assert (tmp_path / "search.db").read_text().startswith("no database")


def shared(folder: Path, study: str, place: Path, known: int = 0) -> None:
    """Two processes search at one study together, and each tells everything that both have found."""
    (place / "met").mkdir()
    both = [started(folder, study, 12, 1, 0, "", place / "met") for _ in range(2)]
    told = [process.communicate(timeout=300)[0].splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    trials, own = zip(*((int(lines[-1].split()[1]), int(lines[-1].split()[3])) for lines in told), strict=True)
    assert max(trials) >= 11 and max(trials) <= 12
    assert min(own) >= 1 and 11 <= known + sum(own) <= 13       # the work was shared
    found = search(folder, study=study, trials=12)
    assert len({one.trial for one in found.tried}) + len(found.failed) == 12


def test_two_processes_share_a_study(folder: Path, tmp_path: Path) -> None:
    shared(folder, sqlite(tmp_path), tmp_path)


def left(session: int) -> list[str]:
    """The processes of a session that are still there, zombies aside."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, its = (place / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(its) == session and state != "Z":
                found.append((place / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are counted in /proc")
@pytest.mark.parametrize("to_all", [
    pytest.param(True, id="from the terminal"),
    pytest.param(False, id="to the process alone", marks=pytest.mark.slow)])
def test_an_interrupt_leaves_no_worker_behind(folder: Path, tmp_path: Path, to_all: bool) -> None:
    searching = started(folder, sqlite(tmp_path), 500, 2, start_new_session=True, stderr=subprocess.PIPE)
    assert searching.stdout is not None
    while searching.stdout.readline() != "trial 3\n":      # the first is known before there are workers
        assert searching.poll() is None
    assert len(left(searching.pid)) >= 3
    (os.killpg if to_all else os.kill)(searching.pid, signal.SIGINT)
    out, _ = searching.communicate(timeout=60)
    assert "found" in out                   # the best so far
    deadline = time.monotonic() + 60
    while left(searching.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left(searching.pid) == []


def test_a_worker_that_dies_takes_only_its_trial_with_it(folder: Path) -> None:
    def work(asked: tuple[int, Any]) -> str:
        if asked[0] == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return f"trial {asked[0]}"

    found = _together(work, [(0, {}), (1, {}), (2, {})], Budget(workers=2))
    assert (found[0], found[2]) == ("trial 0", "trial 2")
    assert "a worker died" in found[1]


def test_what_is_written_is_read_bit_for_bit() -> None:
    one = Tried("a", 0.1 + 0.2, (None, np.float64(1 / 3)), (True, False), (True, True), np.inf,
                spans=(None, (-np.inf, 1)), span=(0.25, np.inf), trial=3,
                made={"rule": {"threshold": np.inf, "by": [["sex", 2]]}})
    outcome = Outcome((one,), "", np.inf, 0.5, ("note",))
    assert read(written(outcome)) == outcome
    nowhere = read(written(Outcome((Tried("b", 0.5, (), (), (), 0.0, made={"odd": object()}),))))
    assert nowhere.tried == () and "cannot be written down" in nowhere.failed


@pytest.mark.slow
@pytest.mark.skipif(programs() is None, reason="there is no PostgreSQL here that may be started")
def test_postgresql_keeps_a_study_and_processes_share_it(folder: Path, whole: BuildResult, tmp_path: Path) -> None:
    pytest.importorskip("pg8000")
    with server() as address:
        assert search(folder, study=address, trials=3).trials == 3
        alike(search(folder, study=address), whole)             # goes on, to the last bit
        shared(folder, address, tmp_path, known=6)


@pytest.mark.slow
def test_ray_learns_with_two_workers(folder: Path, whole: BuildResult, tmp_path: Path) -> None:
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        where = side_by_side(lambda place: (place, os.getpid()), range(6), 2, "ray")
        assert [place for place, _ in where] == list(range(6))
        assert os.getpid() not in {process for _, process in where}
        alike(search(folder, workers=2, cluster="ray", study=sqlite(tmp_path)), whole)
    finally:
        ray.shutdown()
