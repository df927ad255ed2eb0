"""Long stories of alarms, responses, their ends, recalls, swaps, restarts and a store that is down, against a dict."""

from __future__ import annotations

import itertools
import random
from contextlib import closing
from pathlib import Path

import pytest

from shall.api.life.lifting import end
from shall.api.service.serving import Serving, serving
from shall.core.alarm import Alarm
from shall.core.errors import Recalled, Stopped, StoreError
from shall.core.recalls import RECALL, body
from shall.core.responses import RESPONSE
from shall.stores import open_store
from tests.api.packed import SERVE, SPEC, ask, pack

WAYS = {"halt": "stop", "fall": "fall back", "hold": "abstain"}
LINES = "".join(f'[requirements.{name}]\nthat = "selection_rate over sex >= 0.{place}"\non_broken = "{way}"\n'
                for place, (name, way) in enumerate(WAYS.items(), 1))
VERSIONS = "789"
F, M = {"sex": "F"}, {"sex": "M"}


class Told:
    """Who should answer, in plain sets."""

    def __init__(self) -> None:
        self.charge, self.history = "7", ["7"]
        self.recalled: set[str] = set()
        self.stands: dict[str, set[str]] = {version: set() for version in VERSIONS}

    @property
    def out(self) -> set[str]:
        return self.recalled | {one for one in VERSIONS if self.stands[one] & {"stop", "fall back"}}

    @property
    def now(self) -> tuple[str, bool]:
        """Who answers, nothing for nobody, and whether it abstains from everything."""
        before = next((one for one in [*reversed(self.history), self.charge] if one not in self.out), "")
        if self.charge in self.recalled:
            return before, False
        if "stop" in self.stands[self.charge]:
            return "", False
        return (before or self.charge, not before) if "fall back" in self.stands[self.charge] else (self.charge, False)

    def settle(self) -> None:
        """What the store learns of it."""
        if self.now[0] and self.now[0] != self.history[-1]:
            self.history.append(self.now[0])


class Story:
    """A server, and what was done to it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance, self.told = folder, random.Random(seed), Told()
        self.rows = itertools.count(1)
        (folder / "serve.toml").write_text(SERVE)
        self.serving: Serving = serving(folder / "serve.toml")

    def respond(self) -> None:
        version, name = self.chance.choice(VERSIONS), self.chance.choice([*WAYS])
        alarm = Alarm(name, "…", next(self.rows), "", "w", "sex = F")
        if self.chance.random() < 0.3:
            with pytest.MonkeyPatch.context() as patched:
                for method in ("append", "records", "latest"):
                    patched.setattr(type(self.serving.store), method, down)
                self.serving.respond("loans", version, [alarm])
                self.told.stands[version].add(WAYS[name])
                self.check()
        else:
            self.serving.respond("loans", version, [alarm])
        self.told.stands[version].add(WAYS[name])

    def end(self) -> None:
        version, name = self.chance.choice(VERSIONS), self.chance.choice([*WAYS])
        self.serving.refresh()              # what is not recorded yet is recorded first
        if WAYS[name] in self.told.stands[version]:
            end(f"loans@{version}", name, "mended", store=str(self.folder / "shall.db"))
            self.told.stands[version].discard(WAYS[name])

    def recall(self) -> None:
        version = self.chance.choice(VERSIONS)
        if self.chance.random() < 0.3 and not self.told.recalled:
            with closing(open_store(self.folder / "shall.db")) as store:
                store.append(RECALL, f"loans@{version}", body("wrong", "me"))
            self.told.recalled.add(version)

    def swap(self) -> None:
        self.told.charge = self.chance.choice(VERSIONS)
        text = SERVE.replace('in_charge = "7"', f'in_charge = "{self.told.charge}"')
        (self.folder / "serve.toml").write_text(f"{text}# {next(self.rows)}\n")

    def restart(self) -> None:
        self.serving.refresh()
        self.serving.close()
        self.serving = serving(self.folder / "serve.toml")

    def check(self) -> None:
        """What the server answers is what it should."""
        version, silent = self.told.now
        if not version:
            with pytest.raises(Recalled if self.told.charge in self.told.recalled else Stopped):
                ask(self.serving)
        else:
            held = silent or "abstain" in self.told.stands[version]
            answers = [ask(self.serving, row) for row in (F, M)]
            assert [one.model for one in answers] == [f"loans@{version}"] * 2
            assert [one.code for one in answers] == ["alarm" if held else "answered", "alarm" if silent else "answered"]
        for one in VERSIONS:
            if one in self.told.recalled:
                with pytest.raises(Recalled):
                    ask(self.serving, version=one)
            elif one in self.told.out and not (silent and one == version):
                with pytest.raises(Stopped):
                    ask(self.serving, version=one)

    def step(self) -> None:
        self.chance.choice([self.respond, self.respond, self.end, self.end, self.recall, self.swap, self.restart])()
        self.serving.refresh()
        assert self.serving.problem == ""
        self.told.settle()
        self.check()


def down(*_: object, **__: object) -> None:
    raise StoreError("the disk is full")


def tell(folder: Path, seed: int, steps: int) -> None:
    for version in VERSIONS:
        pack(folder / f"{version}.zip", version, SPEC + LINES)
    story = Story(folder, seed)
    story.check()
    for _ in range(steps):
        story.step()
    story.serving.close()
    with closing(open_store(folder / "shall.db")) as store:
        store.verify()
        keys = [(record.subject, record.key) for record in store.records(RESPONSE) if record.key is not None]
        assert len(keys) == len({*keys})


@pytest.mark.parametrize("seed", range(3))
def test_a_few_stories(tmp_path: Path, seed: int) -> None:
    tell(tmp_path, seed, 20)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 43))
def test_many_stories(tmp_path: Path, seed: int) -> None:
    tell(tmp_path, seed, 60)
