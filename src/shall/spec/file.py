"""A shall file that was read: frozen data, everything in it known to be right."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shall.core.log import Column, GroupDef
from shall.core.requirement import Requirement

CONFIDENCE = 95.0                                   # per cent, one-sided, per line


@dataclass(frozen=True, slots=True)
class Subject:
    """What is held to account. ``target`` is the label column, ``positive`` its positive value."""

    name: str = ""
    kind: str = "classifier"
    target: str | None = None
    positive: str | None = None
    threshold: float | None = None                  # makes a decision of the score where the log has none
    model: str | None = None                        # an absolute path or an address
    classes: tuple[str, ...] = ()                   # of a classifier of more than two


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What the search may do; None is the phase's own default."""

    maximise: str | None = None                     # a measure
    minimise: str | None = None                     # instead of it
    seconds: float | None = None
    trials: int | None = None
    use_groups: tuple[str, ...] = ()                # groups that the model may use when it decides
    learners: tuple[str, ...] = ()                  # only these
    mitigations: tuple[str, ...] = ()               # only these
    increasing: tuple[str, ...] = ()                # columns that the score never falls with
    decreasing: tuple[str, ...] = ()                # and never rises with
    interactions: tuple[tuple[str, ...], ...] = ()  # columns that may act together; others act alone
    blend: str = ""                                 # "on", "off"; else only where no learners are named
    seed: int = 0
    workers: int = 1                                # trials that are learned side by side
    cluster: str = "here"                           # "ray": on its workers
    readiness: str = "on"                           # whether the rows are looked at first
    study: str | None = None                        # the address of a database that keeps the search


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How a subject is followed: ``1 day``, ``10000 rows``; ``1 per year``."""

    windows: tuple[str, ...] = ()
    false_alarms: str = "1 per year"
    matured: str = ""                               # how long a label may take: "30 days"
    every: str = "1 minute"                         # how often a service looks


@dataclass(frozen=True, slots=True)
class Pack:
    """A dated set of requirements with its source; ``groups`` are those that its lines name, each with what it is."""

    name: str
    title: str
    source: str
    date: datetime.date
    requirements: tuple[Requirement, ...]
    groups: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    about: str = ""
    not_covered: tuple[str, ...] = ()               # what the source asks and the lines do not say


@dataclass(frozen=True, slots=True)
class Extension:
    """A pack as one file uses it."""

    pack: Pack
    lines: tuple[str, ...]                          # names of its requirements that hold, perhaps with a waiver
    replaced: tuple[str, ...] = ()                  # names that the file says in its own words
    left_out: Mapping[str, str] = field(default_factory=dict)       # name: the reason that the file gives


@dataclass(frozen=True, slots=True)
class Mention:
    """A column that the file names, and where; whether the log has it is known only later."""

    name: str
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ShallFile:
    """A whole file. Paths in ``data`` are absolute; addresses (``https://…``) stay as they are."""

    path: Path | None                               # None: it was read from a text
    subject: Subject
    requirements: tuple[Requirement, ...]           # `confidence` None: the file's
    confidence: float = CONFIDENCE                  # per cent
    data: Mapping[str, str] = field(default_factory=dict)
    looks: int | None = None                        # how many models may ever be put to the gate
    columns: Mapping[str, Column] = field(default_factory=dict)     # by role
    scores: Mapping[str, str] = field(default_factory=dict)         # by class: the column of its probability
    types: Mapping[str, str] = field(default_factory=dict)          # of columns, where the file declares them
    units: tuple[tuple[str, str], ...] = ()         # of columns without a role: ("latency", "ms")
    groups: tuple[GroupDef, ...] = ()
    extends: tuple[str, ...] = ()
    packs: tuple[Extension, ...] = ()               # in the order of `extends`
    build: BuildOptions = BuildOptions()
    watch: WatchOptions = WatchOptions()
    serve: Mapping[str, object] = field(default_factory=dict)
    trust: Mapping[str, object] = field(default_factory=dict)
    mentions: tuple[Mention, ...] = field(default=(), compare=False, repr=False)
