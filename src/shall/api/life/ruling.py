"""`rules`: Prometheus rules of what is promised, from a shall file or a serve file, with their tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shall import bundle, spec
from shall.api.service.serve_files import called
from shall.bundle import contents
from shall.core.errors import InputError
from shall.phases.watching.windows import seconds_in
from shall.reports import prometheus
from shall.reports.prometheus import RULES, Promise
from shall.spec import ShallFile, serving


class Rules(NamedTuple):
    """Two files as text."""

    rules: str
    tests: str


def rules(place: str | Path = "shall.toml", name: str = RULES) -> Rules:
    """Alert rules over the metrics of a server, and the file for `promtool test rules`.

    Args:
        place: a shall file, or a serve file: then of the requirements of every bundle that it names.
        name: of the file of rules, as the tests call it.

    FileError, InputError, where one of them cannot be read.
    """
    files = [*_served(Path(place))] if serving.is_one(place) else [(_name(found := spec.load(place)), found)]
    promises: dict[tuple[str, str], Promise] = {}
    every: dict[str, float] = {}
    for model, file in files:
        seconds = seconds_in(file.watch.every)
        every[model] = max(every.get(model, 0.0), seconds)
        for line in file.requirements:
            if "watch" in line.phases:
                promises[model, line.name] = Promise(model, line.name, str(line), line.why, line.on_broken)
    groups = prometheus.rules_of([*promises.values()], every)
    told = Path(place).name
    return Rules(prometheus.rules(groups, told), prometheus.tests(groups, told, name))


def _name(file: ShallFile) -> str:
    """What a server calls it."""
    return called(file.subject.name)


def _served(path: Path) -> Iterator[tuple[str, ShallFile]]:
    """The shall file of each bundle, by name; the one in charge last, so that its lines count."""
    for name, served in serving.load(path).served.items():
        for version in sorted(served.bundles, key=lambda one: one == served.in_charge):
            text = bundle.read(served.bundles[version]).files.get(contents.SPEC)
            if text is not None:
                yield name, spec.loads(text.decode(), contents.SPEC)
            elif version == served.in_charge:
                raise InputError(f"{served.bundles[version]} has no {contents.SPEC}, so nothing is promised of {name}")
