"""The branches of a bundle: other graphs, proved and held to the same file, that answer where a promise is broken."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from shall import bundle
from shall.adapters.graph import GraphModel
from shall.api.checking import held
from shall.api.opening import at_gate, facts_of, of_files
from shall.api.preceding import Preceding
from shall.bundle import contents
from shall.core.branches import NAME, called
from shall.core.errors import InputError
from shall.core.responses import branches_of
from shall.graph import Compiled
from shall.phases.check import Progress
from shall.phases.ship import BranchReport, ProofReport, Subject
from shall.spec import ShallFile
from shall.spec.problems import did_you_mean

UNNAMED: Final = ["0", "1"]                 # the classes of a graph that names none: a score alone decides so


def expect_branches(file: ShallFile, subject: Subject, given: Mapping[str, Subject]) -> None:
    """InputError where a line falls back to a branch that is not given, or one cannot answer what the model is asked.
    """
    for name in given:
        if NAME.fullmatch(name) is None:
            raise InputError(f"a branch has a-z, 0-9, _ and - in its name, and at most 32 of them, which {name[:80]!r} "
                             "has not: --branch rules=FOLDER")
    for line in file.requirements:
        for name in branches_of(line.on_broken):
            if name not in given:
                said = f"{line.name} falls back to the branch {name}, which is not there"
                if given:
                    raise InputError(f"{said}: {did_you_mean(name, given, 'given are')}")
                raise InputError(f"{said}: name the graph that answers then, --branch {name}=FOLDER, or write "
                                 'on_broken = "fall back"')
    for name, branch in given.items():
        _expect_alike(f"the branch {name}", branch.compiled, subject.name, subject.compiled)
        if file.subject.kind == "regressor" and (classes := branch.compiled.graph.about.get("classes")):
            raise InputError(f"the branch {name} decides between {', '.join(map(str, classes))}, and {subject.name} "
                             "says a number: give a graph that says one, compile(x, score=…)")


def _expect_alike(branch: str, own: Compiled, model: str, whole: Compiled) -> None:
    """InputError where a branch is the model, takes what that does not take, or decides between other classes."""
    if own.onnx == whole.onnx:
        raise InputError(f"{branch} is {model} itself, which would go on breaking its promise: give another graph")
    taken = {one.name: one for one in whole.graph.inputs}
    for wanted in own.graph.inputs:
        if wanted.name not in taken:
            raise InputError(f"{branch} takes {wanted.name}, which {model} does not take, so nobody would send it: a "
                             f"branch takes some of {', '.join(taken)}")
        if taken[wanted.name].what != wanted.what:
            raise InputError(f"{branch} takes {wanted.name} as {wanted.what}, and {model} takes it as "
                             f"{taken[wanted.name].what}: whoever asks sends one of them")
    classes, its = ([*map(str, one.graph.about.get("classes", ()))] or UNNAMED for one in (whole, own))
    if its != classes:
        raise InputError(f"{branch} decides between {', '.join(its)}, and {model} between {', '.join(classes)}: who "
                         "asks has to find the same decisions, so give it an output `decision` with them: "
                         f"**g.decide(score{'' if classes == UNNAMED else f', labels={classes}'})")


def of_bundle(place: Path) -> dict[str, Compiled]:
    """The branches of a bundle, as graphs. InputError, Refused."""
    found = bundle.read(place).files
    return {name: of_files(files) for name, files in contents.branches(found).items()}


def judged(file: ShallFile, branch: tuple[str, Subject, ProofReport], before: Preceding, *, on: datetime.date | None,
           progress: Progress | None, record: bool) -> BranchReport:
    """A branch, by its name with its proof, held to every line of the file on the gate; ``before``: who knows the
    version before.

    It is a subject of its own, "loans.rules". Its looks at the gate are counted apart from those of the model, since
    nothing is chosen between the two.
    """
    name, subject, proved = branch
    own = replace(file, subject=replace(file.subject, name=called(file.subject.name, name)))
    scorer = GraphModel(subject.compiled, subject.name)
    opened = at_gate(own, scorer, (subject.name, facts_of(scorer, Path(subject.name))),
                     before=before.of_branch(name))
    report, _ = held(replace(opened, rows=called(opened.rows, name)), on, progress, record=record)
    names = [line.name for line in file.requirements if name in branches_of(line.on_broken)]
    return BranchReport(name, proved, report, tuple(names))
