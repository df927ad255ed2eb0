"""Reads a whole shall file: everything that is wrong with it at once, or a ``ShallFile``."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from shall import registry
from shall.core.errors import FileError, Problem
from shall.core.requirement import Requirement
from shall.registry import Named
from shall.spec import sections
from shall.spec.columns import read_columns
from shall.spec.extending import extension, read_packs
from shall.spec.file import CONFIDENCE, BuildOptions, ShallFile, Subject
from shall.spec.known import Known
from shall.spec.problems import Problems, did_you_mean
from shall.spec.requirements import read_requirements
from shall.spec.table import Table, kind_of
from shall.spec.toml import read_document, read_file


def load(path: str | Path, *, on: datetime.date | None = None,
         measures: Mapping[str, Named] | None = None) -> ShallFile:
    """Read a shall file. FileError with every problem at once.

    ``on`` is the day against which waivers are held (today); ``measures`` are those of the registry.
    """
    path = Path(path)
    return _read(read_file(path, str(path)), str(path), path.absolute(), on, measures)


def loads(text: str, name: str = "shall.toml", *, on: datetime.date | None = None,
          measures: Mapping[str, Named] | None = None, path: Path | None = None) -> ShallFile:
    """Read the text of a shall file; its paths are relative to the current folder, or it is to stand at ``path``."""
    return _read(text, name, None if path is None else path.absolute(), on, measures)


def lint(path: str | Path, *, on: datetime.date | None = None,
         measures: Mapping[str, Named] | None = None) -> tuple[Problem, ...]:
    """Every problem of a shall file, none where it is right; loads nothing that counts or computes."""
    try:
        load(path, on=on, measures=measures)
    except FileError as error:
        return error.problems
    return ()


def _read(text: str, name: str, path: Path | None, on: datetime.date | None,
          measures: Mapping[str, Named] | None) -> ShallFile:
    document = read_document(text, name)
    problems = Problems(document)
    known_measures = registry.names() if measures is None else measures
    file = _file(document.data, path, on or datetime.date.today(), known_measures, problems)
    if told := problems.sorted():
        raise FileError(told)
    return file


def _file(root: Mapping[str, Any], path: Path | None, on: datetime.date, measures: Mapping[str, Named],
          problems: Problems) -> ShallFile:
    folder = path.parent if path else Path.cwd()
    top = Table(root, (), problems)
    if "pack" in root and "shall" not in root:
        fix = 'name it in one: extends = ["./house.pack.toml"]'
        problems.at_key(("pack",), "this is a pack, not a shall file", fix)
        raise FileError(problems.sorted())
    if "shall" not in root and "serve" in root and not isinstance(root["serve"], dict):
        problems.at_key(("serve",), "this is a serve file, not a shall file",
                        "give the shall file, which begins with: shall = 1")
        raise FileError(problems.sorted())
    top.only((*sections.TOP, *sections.TABLES), sections.HOMES)
    _version(top)
    subject = sections.read_subject(root, folder, problems)
    data, looks = sections.read_data(root, folder, problems)
    columns = read_columns(root, problems)
    groups = sections.read_groups(root, problems)
    by_column = {**{column.name: column.unit for column in columns.roles.values() if column.unit},
                 **dict(columns.units)}
    known = Known(measures, groups, tuple(data), by_column, subject.kind, on,
                  multiclass=bool(subject.classes or columns.scores))
    packs = read_packs(root, folder, known, problems)
    lines = {name: line for pack in packs for name, line in pack.lines.items()}
    requirements = read_requirements(root, known, problems, packs=lines)
    own = {requirement.name: requirement for requirement in requirements}
    if (label := columns.roles.get("label")) and subject.target not in (None, label.name):
        message = f"the label is `{subject.target}` by [subject] target"
        problems.at_value(("columns", "label"), message, "leave one of them out")
    elif label:
        subject = replace(subject, target=label.name)
    _needs(requirements, subject, known, problems)
    build = sections.read_build(root, problems)
    _build(build, known, problems)
    return ShallFile(
        path=path, subject=subject, requirements=requirements, confidence=_confidence(top), data=data, looks=looks,
        columns=columns.roles, scores=columns.scores, types=columns.types,
        units=columns.units, groups=groups,
        extends=tuple(pack.pack.name for pack in packs), packs=tuple(extension(pack, own) for pack in packs),
        build=build, watch=sections.read_watch(root, problems), serve=sections.read_serve(root, problems),
        trust=sections.read_trust(root, problems),
        mentions=tuple(problems.mentions))


def _version(top: Table) -> None:
    version = top.given.get("shall")
    if version is None:
        top.problems.at_key((), "the version of the file is missing", "begin the file with: shall = 1")
    elif isinstance(version, bool) or not isinstance(version, int | float):
        top.wrong("shall", f"`shall` is the version of the file, not {kind_of(version)}", "write: shall = 1")
    elif not 1 <= version < 2:
        top.wrong("shall", f"the file is of version {version}, and this shall reads 1", "install a newer shall")


def _confidence(top: Table) -> float:
    value = top.given.get("confidence", CONFIDENCE)
    if isinstance(value, float | int) and not isinstance(value, bool) and 0 < value < 1:
        top.wrong("confidence", "`confidence` is in per cent", f"write: confidence = {value * 100:g}")
        return CONFIDENCE
    if value == 100:
        top.wrong("confidence", "`confidence` is from 50 to below 100: nothing is certain", "write: confidence = 99.9")
        return CONFIDENCE
    value = top.number("confidence", 50, 99.9999999, "95")
    return CONFIDENCE if value is None else float(value)


def _needs(requirements: tuple[Requirement, ...], subject: Subject, known: Known, problems: Problems) -> None:
    """A target and a positive value, where a requirement stands on them."""
    if not isinstance(problems.document.data.get("subject"), dict):
        return
    first = next(_standing_on(("label",), requirements, known), None)
    given = problems.document.data["subject"]
    if first and not subject.target and "target" not in given:
        problems.at_key(("subject",), f"[subject] does not say `target`, and `{first}` needs the label",
                        'add the name of the label column: target = "…"')
    first = next(_standing_on(("label", "decision"), requirements, known), None)
    binary = subject.kind == "classifier" and not known.multiclass
    if first and binary and subject.positive is None and "positive" not in given:
        problems.at_key(("subject",), f"[subject] does not say `positive`, and `{first}` needs it",
                        f"add the value of the positive class: {sections.POSITIVE}; of more than two classes their "
                        f"names: {sections.CLASSES}")


def _standing_on(roles: tuple[str, ...], requirements: tuple[Requirement, ...], known: Known) -> Iterator[str]:
    for requirement in requirements:
        for call in requirement.measures:
            if call.name in known.measures and set(roles) & set(known.measures[call.name].card.needs):
                yield requirement.name


def _build(build: BuildOptions, known: Known, problems: Problems) -> None:
    for key, name, wanted, other in (("maximise", build.maximise, "higher", "minimise"),
                                     ("minimise", build.minimise, "lower", "maximise")):
        path = ("build", key)
        if name is not None and name not in known.measures:
            problems.at_value(path, f"there is no measure `{name}`", known.measure_fix(name))
        elif name is not None and (better := known.measures[name].card.better) != wanted:
            why = "neither more nor less of it is better" if better == "neither" else f"{better} is better"
            problems.at_value(path, f"`{name}` cannot be {key}d: {why}",
                              f'write: {other} = "{name}"' if better != "neither" else "choose another one")
    if build.maximise and build.minimise:
        problems.at_key(("build", "minimise"), "a search has one objective: `maximise` or `minimise`, not both",
                        "take one of them away")
    names = tuple(group.name for group in known.groups)
    for index, name in enumerate(build.use_groups):
        if name not in names:
            problems.at_value(("build", "use_groups", index), f"there is no group `{name}`",
                              did_you_mean(name, names, "the groups are"))
