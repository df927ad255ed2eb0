"""Constrained Bayesian search with a tree-structured Parzen estimator (Optuna): which trial is next.

Each trial has a seed of its own, and one that did not come to an end is tried again as it was: a search that was
stopped comes to what it would have come to.

Reference: Bergstra et al. (2011), "Algorithms for hyper-parameter optimization", section 4; constraints as in Optuna's
`TPESampler(constraints_func=…)`, where a trial that breaks none beats each that does.
"""

from __future__ import annotations

import math
import os
import signal
import socket
import threading
import time
import warnings
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from shall.core.errors import MissingExtra, StoreError
from shall.methods.task import Choice, Scalar

try:
    import optuna
    from optuna.exceptions import UpdateFinishedTrialError
    from optuna.trial import FrozenTrial, TrialState
    from sqlalchemy import event
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError
except ImportError as error:
    raise MissingExtra("optuna", "build", "the search") from error

SHORT: Final = "shortfall"                  # of the best candidate of a trial, in margins; 0 where it kept its aims
TOLD: Final = "told"                        # everything else, as text
OWNER: Final = "owner"                      # the host and the process that a trial runs in
STARTUP: Final = 12                         # trials before the estimator is asked
ATTEMPTS: Final = 20                        # to make the tables of a new database
LOCKED: Final = 60                          # seconds to wait for another process that writes to the same file
DRIVER: Final = "pg8000"                    # for PostgreSQL, where the address names none
Config = dict[str, Scalar]
Branches = Mapping[str, Sequence[Choice]]   # "learner": its choice first; "learner=lightgbm": what is chosen then


class Seeded(optuna.samplers.BaseSampler):
    """A sampler that is seeded anew for each trial, by its number."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.number = -1
        self.sampler: Any = _sampler(seed)

    def of(self, trial: FrozenTrial) -> Any:
        """The sampler of a trial."""
        if trial.number != self.number:
            self.number, self.sampler = trial.number, _sampler((self.seed * 1_000_003 + trial.number) % 2**32)
        return self.sampler

    def infer_relative_search_space(self, study: Any, trial: FrozenTrial) -> Any:
        """What is sampled together."""
        return self.of(trial).infer_relative_search_space(study, trial)

    def sample_relative(self, study: Any, trial: FrozenTrial, search_space: Any) -> Any:
        """Several settings at once."""
        return self.of(trial).sample_relative(study, trial, search_space)

    def sample_independent(self, study: Any, trial: FrozenTrial, param_name: str, param_distribution: Any) -> Any:
        """One setting."""
        return self.of(trial).sample_independent(study, trial, param_name, param_distribution)

    def after_trial(self, study: Any, trial: FrozenTrial, state: TrialState, values: Any) -> None:
        """Keep how far the trial was from its aims."""
        self.sampler.after_trial(study, trial, state, values)


@dataclass(frozen=True)
class Study:
    """A search that goes on where it stopped, in memory or in a database; larger objectives are better.

    Every method raises StoreError where the database cannot be used any more.
    """

    study: Any
    branches: Branches
    asked: dict[int, Any]
    storage: Any
    place: str = ""

    def enqueue(self, configs: Sequence[Config]) -> None:
        """Try these first; nothing where the study has begun."""
        with _kept(self.place):
            if not self.study.trials:
                for config in configs:
                    self.study.enqueue_trial(config, skip_if_exists=True)

    def ask(self, count: int) -> list[tuple[int, Config]]:
        """The numbers and the settings of the next trials, first of those that did not come to an end."""
        found = []
        with _kept(self.place):
            for _ in range(count):
                trial = self.study.ask()
                self.asked[trial.number] = trial
                trial.set_user_attr(OWNER, _owner())
                found.append((trial.number, self._suggested(trial)))
        return found

    def tell(self, number: int, objective: float, shortfall: float, told: str) -> None:
        """What a trial came to; where another process told of it already, what that one told stays."""
        with _kept(self.place), suppress(UpdateFinishedTrialError):
            trial = self.asked[number]
            trial.set_user_attr(SHORT, shortfall if math.isfinite(shortfall) else 1e9)
            trial.set_user_attr(TOLD, told)
            failed = not math.isfinite(objective)
            self.study.tell(trial, None if failed else objective, TrialState.PRUNED if failed else None)
        del self.asked[number]

    def forget(self) -> None:
        """What was asked and not told is to be tried again."""
        for number in list(self.asked):
            with _kept(self.place), suppress(UpdateFinishedTrialError):
                self._again(self.asked.pop(number)._trial_id)

    def past(self) -> Iterator[tuple[int, Config, str]]:
        """The trials that came to an end, here and elsewhere, and what was told of them."""
        with _kept(self.place):
            trials = self.study.get_trials(deepcopy=False)
        for trial in trials:
            if trial.state.is_finished() and TOLD in trial.user_attrs:
                yield trial.number, dict(trial.params), trial.user_attrs[TOLD]

    def elsewhere(self, seen: Container[int]) -> int:
        """How many trials others are learning, or have told of, beside those ``seen``; of one moment."""
        with _kept(self.place):
            trials = self.study.get_trials(deepcopy=False)
        return sum(trial.state != TrialState.WAITING and trial.number not in self.asked and trial.number not in seen
                   for trial in trials)

    def reclaim(self) -> None:
        """Trials of a process of this machine that is no more are to be tried again."""
        with _kept(self.place):
            for trial in self.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
                if trial.number not in self.asked and _is_gone(str(trial.user_attrs.get(OWNER, ""))):
                    self._again(trial._trial_id)

    def _again(self, trial: int) -> None:
        self.storage.set_trial_state_values(trial, state=TrialState.WAITING)

    def importance(self) -> list[tuple[str, float]]:
        """How much each setting moved the objective, in shares; nothing from fewer than ten trials."""
        with _kept(self.place):
            done = self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if len(done) < 10 or len({trial.value for trial in done}) < 2:
            return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            judge = optuna.importance.PedAnovaImportanceEvaluator()
            try:
                found = optuna.importance.get_param_importances(self.study, evaluator=judge)
            except (ValueError, RuntimeError):
                return []
        return [(name, float(share)) for name, share in found.items()]

    def _suggested(self, trial: Any) -> Config:
        found: Config = {}
        for branch, choices in self.branches.items():
            name, _, wanted = branch.partition("=")
            if wanted and found.get(name) != wanted:
                continue
            for choice in choices:
                found[choice.name] = _suggest(trial, choice)
        return found


def study(name: str, branches: Branches, seed: int = 0, storage: str | None = None) -> Study:
    """A search of this name; with ``storage`` (a database's address) one that goes on where it stopped.

    StoreError where the database cannot be used.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    place = "" if storage is None else _shown(storage)
    with _kept(place):
        kept = optuna.storages.InMemoryStorage() if storage is None else _database(storage)
        made = optuna.create_study(study_name=name, storage=kept, sampler=Seeded(seed), direction="maximize",
                                   load_if_exists=True)
        found = Study(made, branches, {}, kept, place)
        found.reclaim()
    return found


def _database(storage: str) -> Any:
    url = make_url(storage)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername=f"postgresql+{DRIVER}")
    waits = {"connect_args": {"timeout": LOCKED}} if url.drivername.startswith("sqlite") else {"pool_pre_ping": True}
    address = url.render_as_string(hide_password=False)
    for _ in range(ATTEMPTS):
        try:
            return _in_turn(optuna.storages.RDBStorage(address, engine_kwargs=waits))
        except SQLAlchemyError as error:        # another process makes the tables at this moment
            if not any(word in str(error) for word in ("already exists", "UNIQUE", "duplicate key")):
                raise
            time.sleep(0.2)
    return _in_turn(optuna.storages.RDBStorage(address, engine_kwargs=waits))


def _in_turn(storage: Any) -> Any:
    """SQLite knows no lock of a row: each transaction locks the file from its start, so that no two are given one
    trial (SQLAlchemy, "SQLite: database locking behaviour / concurrency")."""
    if storage.engine.dialect.name == "sqlite":
        event.listen(storage.engine, "begin", _locked)
    return storage


def _locked(connection: Any) -> None:
    connection.connection.dbapi_connection.isolation_level = None       # the driver would begin late
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _shown(storage: str) -> str:
    """The address without its password."""
    try:
        return make_url(storage).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return storage.rpartition("@")[2]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """An interrupt waits for the end: sessions live by weak references, in whose callbacks Python drops it."""
    usual, came = signal.getsignal(signal.SIGINT), list[Any]()
    if not callable(usual) or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, lambda *what: came.append(what))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if came:
            usual(*came[0])


@contextmanager
def _kept(place: str) -> Iterator[None]:
    """Whatever goes wrong with a database is told as one error, and nothing interrupts what is written to it."""
    try:
        with _uninterrupted():
            yield
    except ImportError as error:
        if DRIVER in str(error):
            raise MissingExtra(DRIVER, "postgresql", "a study that is kept in PostgreSQL") from error
        raise StoreError(_cannot(place, error)) from error
    except (SQLAlchemyError, optuna.exceptions.OptunaError, OSError) as error:
        raise StoreError(_cannot(place, error)) from error
    except RuntimeError as error:               # a database of another version of Optuna
        if place and "version" in str(error):
            raise StoreError(_cannot(place, error)) from error
        raise


def _cannot(place: str, error: Exception) -> str:
    why = (str(error).splitlines() or [type(error).__name__])[0]
    cause = getattr(error, "__cause__", None)
    more = f" ({str(cause).splitlines()[0]})" if cause is not None and str(cause) and str(cause) not in why else ""
    return (f"the study of the search cannot be kept at {place or 'memory'}: {why}{more}. Mend [build] study, or leave "
            "it out")


def _owner() -> str:
    return f"{socket.gethostname()} {os.getpid()}"


def _is_gone(owner: str) -> bool:
    """Whether a process was one of this machine, and is no more."""
    host, _, process = owner.rpartition(" ")
    if host != socket.gethostname() or not process.isdigit():
        return False
    if int(process) == os.getpid():             # of an earlier search
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:                             # somebody else's: it is there
        return False
    return False


def _sampler(seed: int) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")         # what is experimental in Optuna is pinned by its version
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True, n_startup_trials=STARTUP,
                                          constant_liar=True, constraints_func=_shortfall)


def _shortfall(trial: FrozenTrial) -> tuple[float, ...]:
    return (trial.user_attrs.get(SHORT, 1e9),)


def _suggest(trial: Any, choice: Choice) -> Scalar:
    found: Scalar
    if choice.options:
        found = trial.suggest_categorical(choice.name, list(choice.options))
    elif choice.whole:
        found = trial.suggest_int(choice.name, int(choice.low), int(choice.high), log=choice.log)
    else:
        found = trial.suggest_float(choice.name, choice.low, choice.high, log=choice.log)
    return found
