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
from tests.runtimes import made

WAYS = {"halt": "stop", "fall": "fall back", "hold": "abstain", "rule": "fall back to rules",
        "mean": "fall back to mean"}
LINES = "".join(f'[requirements.{name}]\nthat = "selection_rate over sex >= 0.{place}"\non_broken = "{way}"\n'
                for place, (name, way) in enumerate(WAYS.items(), 1))
VERSIONS = "789"
BRANCHES = ("", ".rules", ".mean")
F, M = {"sex": "F"}, {"sex": "M"}


class Told:
    """Who should answer, in plain sets."""

    def __init__(self) -> None:
        self.charge, self.history = "7", ["7"]
        self.recalled: set[str] = set()
        self.stands: dict[str, list[str]] = {one + branch: [] for one in VERSIONS for branch in BRANCHES}

    def answering(self, version: str, seen: frozenset[str] = frozenset()) -> tuple[str, str]:
        """A version or the branch that answers for it, and what keeps it from that."""
        stands = self.stands[version]
        if "stop" in stands:
            return version, "stop"
        if "fall back" in stands:
            return version, "fall back"
        falls = [one for one in stands if one.startswith("fall back to ")]
        if not falls:
            return version, ""
        to = version[0] + falls[-1].replace("fall back to ", ".")
        return (version, "fall back") if to in seen else self.answering(to, seen | {version, to})

    @property
    def out(self) -> set[str]:
        return self.recalled | {one for one in VERSIONS if self.answering(one)[1]}

    @property
    def now(self) -> tuple[str, bool]:
        """Which version answers, nothing for nobody, and whether it abstains from everything."""
        before = next((one for one in [*reversed(self.history), self.charge] if one not in self.out), "")
        if self.charge in self.recalled:
            return before, False
        out = self.answering(self.charge)[1]
        if out == "stop":
            return "", False
        return (before or self.charge, not before) if out else (self.charge, False)

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
        version, name = self.chance.choice([*VERSIONS, *self.told.stands]), self.chance.choice([*WAYS])
        alarm = Alarm(name, "…", next(self.rows), "", "w", "sex = F")
        if self.chance.random() < 0.3:
            with pytest.MonkeyPatch.context() as patched:
                for method in ("append", "records", "latest"):
                    patched.setattr(type(self.serving.store), method, down)
                self.serving.respond("loans", version, [alarm])
                self.stand(version, WAYS[name])
                self.check()
        else:
            self.serving.respond("loans", version, [alarm])
        self.stand(version, WAYS[name])

    def stand(self, version: str, way: str) -> None:
        """The same to a later alarm takes the place of the earlier one, where that stood."""
        if way not in self.told.stands[version]:
            self.told.stands[version].append(way)

    def end(self) -> None:
        standing = [(one, name) for one, some in self.told.stands.items() for name, way in WAYS.items() if way in some]
        version, name = self.chance.choice(standing or [("7", "halt")])
        self.serving.refresh()              # what is not recorded yet is recorded first
        if WAYS[name] in self.told.stands[version]:
            end(f"loans@{version}", name, "mended", store=str(self.folder / "shall.db"))
            self.told.stands[version].remove(WAYS[name])

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
            who = self.told.answering(version)[0]
            held = silent or "abstain" in self.told.stands[who]
            answers = [ask(self.serving, row) for row in (F, M)]
            assert [one.model for one in answers] == [f"loans@{who}"] * 2
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
        pack(folder / f"{version}.zip", version, SPEC + LINES, branches={"rules": made.older(), "mean": made.older()})
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
