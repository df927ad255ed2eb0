"""Findings of every kind, made by the same `decide` as everywhere; the figures are invented, the reports are tested."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from shall.core.alarm import Alarm
from shall.core.curve import Curve
from shall.core.evidence import Coverage, Evidence, GroupRow, Outcome
from shall.core.heard import Heard
from shall.core.requirement import Requirement, Waiver
from shall.core.span import Span
from shall.core.verdict import Verdict, decide, worst
from shall.phases.building.aims import Aim
from shall.phases.building.bought import bought_of, grouped
from shall.phases.building.candidates import Tried
from shall.phases.building.frontier import frontier_of

ON = datetime.date(2026, 11, 21)
FEMALE, MALE = (("sex", "F"),), (("sex", "M"),)


@dataclass(frozen=True)
class Looked:
    number: int = 3
    budget: int = 20
    repeated: bool = False
    why: str = ""


@dataclass(frozen=True)
class Checked:
    verdicts: tuple[Verdict, ...]
    subject: str = "employment"
    file: str = "shall.toml"
    rows: int = 97_412
    notes: tuple[str, ...] = ("the score is column p_employed (guessed)", "the label is column ESR (guessed)")
    digests: dict[str, str] = field(default_factory=lambda: {"gate": "0f" * 32})
    looks: Looked | None = Looked()
    on: str = "2026-11-21"
    curves: tuple[Curve, ...] = ()
    places: dict[str, tuple[int, int]] = field(default_factory=lambda: {"useful": (31, 1), "fair": (33, 1)})

    @property
    def verdict(self):
        return worst([verdict.verdict for verdict in self.verdicts])


@dataclass(frozen=True)
class Window:
    label: str
    rows: int
    labelled: int | None
    verdicts: tuple[Verdict, ...]
    alarms: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Further:
    size: str
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Watched:
    windows: tuple[Window, ...]
    subject: str = "employment"
    file: str = "shall.toml"
    size: str = "1 year"
    promise: str = "at most 1 false alarm a year for each requirement, for a model that is exactly at its bound"
    sounded: tuple[Alarm, ...] = ()
    notes: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    unspanned: dict[str, str] = field(default_factory=dict)
    heard: tuple[Heard, ...] = ()
    further: tuple[Further, ...] = ()


def required(line: str, name: str, **more) -> Requirement:
    return replace(Requirement.parse(line), name=name, **more)


def found(requirement: Requirement, *parts: Evidence) -> Verdict:
    return decide(requirement, parts, ON)


def measured(measure: str, value: float | None, low: float, high: float, **more) -> Evidence:
    standard = {"aggregate": "each", "grouping": (), "side": ">=", "outcome": Outcome.MEASURED, "n": 97_412}
    return Evidence(measure=measure, value=value, low=low, high=high, **{**standard, **more})


def groups(column: str, *rows: tuple) -> tuple[GroupRow, ...]:
    return tuple(GroupRow(((column, name),), n + 10, n, value, low, high, *more)
                 for name, n, value, low, high, *more in rows)


SEXES = groups("sex", ("M", 47_200, 0.4801, 0.476, 0.484), ("F", 50_212, 0.3099, 0.306, 0.314))
RACES = groups("race", ("1", 70_100, 0.011, 0.008, 0.016), ("2", 9_800, 0.031, 0.02, 0.044),
               ("(rest)", 512, 0.083, 0.031, 0.14), ("7", 23, 0.2, 0.0, 1.0, False),
               ("9", 0, None, None, None, True, "no row that it stands on"))


def useful() -> Verdict:
    return found(required("roc_auc >= 0.75", "useful"), measured("roc_auc", 0.8712, 0.8684, 0.8741, better="higher"))


def fair() -> Verdict:
    return found(required("ratio of selection_rate over sex >= 0.80", "fair", why="the four-fifths rule"),
                 measured("selection_rate", 0.6455, 0.6335, 0.6576, aggregate="ratio", grouping=("sex",), groups=SEXES,
                          worst=(FEMALE, MALE), coverage=Coverage(2, 2, 97_412, 97_412)))


def equal() -> Verdict:
    line = "difference of true_positive_rate, false_positive_rate over sex <= 0.10 with 99% confidence"
    shared = {"aggregate": "difference", "grouping": ("sex",), "side": "<=", "confidence": 0.99}
    return found(required(line, "equal"),
                 measured("true_positive_rate", 0.0412, 0.031, 0.052, groups=SEXES, worst=(MALE, FEMALE), **shared),
                 measured("false_positive_rate", 0.1702, 0.158, 0.183, groups=SEXES, worst=(MALE, FEMALE), n=41_306,
                          **shared))


def calibrated() -> Verdict:
    return found(required("calibration_error over race <= 0.05", "calibrated"),
                 measured("calibration_error", 0.083, 0.031, float("inf"), grouping=("race",), side="<=", groups=RACES,
                          worst=((("race", "(rest)"),),), coverage=Coverage(3, 5, 80_412, 80_435),
                          settles="about 1,240 more rows of race = (rest)"))


def elders() -> Verdict:
    waiver = Waiver(datetime.date(2027, 1, 31), "risk committee", "retraining planned")
    return found(required("recall >= 0.70 where AGEP >= 55 and SEX = '2'", "elders", waive=waiver),
                 measured("recall", 0.6412, 0.62, 0.662, n=5_310))


def fast() -> Verdict:
    return found(required("p99(latency) <= 2 ms", "fast"),
                 measured("p99(latency)", 0.00184, 0.0018, 0.0019, side="<=", better="lower"))


def steady() -> Verdict:
    return found(required("population_stability over feature against train <= 0.2", "steady"),
                 Evidence("population_stability", "each", ("feature",), "<=", Outcome.NOT_AVAILABLE,
                          reason="there is no `train` to compare with"))


def share() -> Verdict:
    line = required("selection_rate between 20% and 60%", "share")
    part = measured("selection_rate", 0.3921, 0.389, 0.395)
    return found(line, part, replace(part, side="<="))


def no_worse() -> Verdict:
    return found(required("roc_auc >= previous - 0.01", "no_worse_than_the_model_before"),
                 measured("roc_auc", -0.0031, -0.0062, 0.0, compared="minus previous"))


ALL = (useful, fair, equal, calibrated, elders, fast, steady, share, no_worse)


@pytest.fixture
def checked() -> Checked:
    return Checked(tuple(make() for make in ALL))


@pytest.fixture
def watched() -> Watched:
    windows = []
    for year, error in zip(range(2015, 2019), (0.0081, 0.0124, 0.0144, 0.0155), strict=True):
        creeping = found(required("calibration_error <= 0.012", "calibrated"),
                         measured("calibration_error", error, error - 0.002, error + 0.002, side="<="))
        quiet = (fast(), steady()) if year == 2015 else (fast(), fast_but_named("steady"))
        alarms = (creeping,) if error > 0.0144 else ()
        windows.append(Window(str(year), 69_000 + year, 60_000, (useful(), creeping, *quiet), alarms))
    return Watched(tuple(windows))


@pytest.fixture
def beside(watched: Watched) -> Watched:
    """With windows of another size."""
    return replace(watched, further=(Further("90000 rows", tuple(
        replace(one, label=f"rows {place}", alarms=()) for place, one in enumerate(watched.windows))),))


def fast_but_named(name: str) -> Verdict:
    return found(required("population_stability over feature against train <= 0.2", name),
                 measured("population_stability", 0.11, 0.09, 0.12, side="<=", grouping=("feature",)))


@pytest.fixture(name="found")
def found_fixture():
    return found


@pytest.fixture(name="measured")
def measured_fixture():
    return measured


@pytest.fixture(name="groups")
def groups_fixture():
    return groups


AIMS = ((Aim("fair", ">= 0.80", 0.887, "9,768 gate rows, 95.00% confidence", ">=", 0.80, 0.883),),
        (Aim("useful", ">= 85%", 0.857, "9,768 gate rows, 95.00% confidence", ">=", 0.85, 0.856),))
PLUG_IN = {"threshold": 0.5, "multipliers": [0.101, -0.066], "events": [[[True, False], None, 0.33]] * 2,
           "by_group": [], "abstain": 0.0}
PLAIN = {"threshold": 0.523, "multipliers": [], "events": [], "by_group": [], "abstain": 0.0}


def candidate(name: str, objective: float, values: tuple, shortfall: float, rule: dict, **config) -> Tried:
    within = tuple(value is not None and value >= some[0].aim for value, some in zip(values, AIMS, strict=True))
    held = tuple(value is not None and value >= some[0].bound for value, some in zip(values, AIMS, strict=True))
    spans = tuple(None if value is None else (value - 0.03, value + 0.03) for value in values)
    return Tried(name, objective, values, within, held, shortfall, spans=spans, trial=3,
                 span=(objective - 0.003, objective + 0.003), made={"config": config, "rule": rule})


def ready() -> SimpleNamespace:
    finding = {"remedy": "learn the older rows again", "applied": False, "limit": 0.2}
    return SimpleNamespace(
        rows=29_310, kept=29_304, features=("age", "hours"), without={"id2": "it repeats id"},
        notes=("no time column",),
        findings=(SimpleNamespace(name="population_stability", severity="high", what="hours moved by 0.31 to the gate",
                                  bars=(("hours", 0.31), ("age", 0.04)), **finding),
                  SimpleNamespace(name="missing_rate", severity="low", what="2% of age", bars=(), **finding)))


@pytest.fixture
def built() -> SimpleNamespace:
    learner = {"learner": "lightgbm", "lightgbm.learning_rate": 0.06, "lightgbm.num_leaves": 31, "calibrate": ""}
    tried = (
        replace(candidate("lightgbm + plug-in ×1", 0.8546, (0.893, 0.91), 0.0, PLUG_IN, **learner), chosen=True),
        candidate("lightgbm", 0.8714, (0.342, 0.926), 6.0, PLAIN, **learner),
        candidate("lightgbm + reweighing", 0.8672, (0.541, 0.924), 4.1, PLAIN, **learner, mitigate="reweighing"),
        candidate("logistic regression", 0.8499, (0.317, None), 7.0, PLAIN, learner="logistic_regression"))
    failed = [("trial 4, xgboost", "ValueError: Input contains 3 infinite values"),
              ("trial 7, xgboost + impute", "ValueError: Input contains 12 infinite values"),
              ("trial 8, ridge", "given up after the first fold: far behind the best")]
    return SimpleNamespace(
        subject="income", file="shall.toml", rows=9_768, train_rows=29_304, objective="accuracy",
        aims=tuple(aim for some in AIMS for aim in some), notes=("groups are not used when deciding",),
        requirements=("fair", "useful"), lines=("ratio of selection_rate over sex >= 0.80", "roc_auc >= 85%"),
        looks=Looked(), in_the_way="", tried=tried, model=".shall/models/1f", verdicts=(useful(), fast()),
        seconds=12.34, found=True, minimised=False, trials=9, ready=ready(), failed=tuple(failed),
        faults=grouped(failed), helps=(),
        frontier=frontier_of(tried, AIMS, 0.76), bought=bought_of(tried, 0.76),
        importance=(("lightgbm.learning_rate", 0.612), ("mitigate", 0.31), ("lightgbm.num_leaves", 0.078)))


@pytest.fixture
def planned() -> SimpleNamespace:
    keys = ("name", "requirement", "rows", "group", "assumed")
    lines = [("fair", "ratio of selection_rate over sex >= 0.80", 12_400, "sex = F: 33% of rows", "a ratio of 0.88"),
             ("useful", "roc_auc >= 0.75", 600, "", "0.80"), ("fast", "p99(latency) <= 2 ms", None, "", "-")]
    return SimpleNamespace(subject="income", file="shall.toml", rows=9_768, notes=("80% power, 95% confidence",),
                           lines=[SimpleNamespace(**dict(zip(keys, one, strict=True))) for one in lines])
