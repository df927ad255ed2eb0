"""What a search may choose: preparation × learner × mitigation × calibration, with the settings of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from shall import registry
from shall.core.errors import InputError, MissingExtra
from shall.methods.task import Choice, Scalar

Config = Mapping[str, Scalar]
LEARNERS: Final = ("lightgbm", "logistic_regression", "ridge")          # these are tried first, in this order,
MANY: Final = ("extra_trees", "logistic_regression")                    # of many classes these: boosting learns each
PLAIN: Final = ""                           # nothing of the kind
# Only where the file names them: they cost many times what the others do, or need data that not every file has.
ON_REQUEST: Final = ("mlp", "reductions", "importance_weighting")
WITHOUT_RATES: Final = ("importance_weighting",)            # mitigations that need no rates to be moved
PARTS: Final = ("prepare", "mitigate", "calibrate")         # folders of `methods`, each of which may be left out
SAVED: Final = "encode"                     # always comes first, and is no choice


@dataclass(frozen=True)
class Space:
    """The branches of a search, and the configurations that it begins with."""

    branches: Mapping[str, Sequence[Choice]]
    first: tuple[Config, ...]


@dataclass(frozen=True)
class Wanted:
    """What a file says of the search: learners and mitigations (else all), and what learners must keep to."""

    learners: tuple[str, ...] = ()
    mitigations: tuple[str, ...] = ()
    increasing: tuple[str, ...] = ()        # columns that a score never falls with
    decreasing: tuple[str, ...] = ()        # and never rises with
    interactions: tuple[tuple[str, ...], ...] = ()      # columns that may act together; others act alone
    blend: str = ""                         # "on", "off"; else only where no learners are named

    @property
    def blends(self) -> bool:
        """Whether a blend of what was tried is a candidate: not unasked where somebody chose the learners."""
        return self.blend == "on" or (not self.blend and not self.learners)

    @property
    def constrained(self) -> bool:
        """Whether learners must keep to anything."""
        return bool(self.increasing or self.decreasing or self.interactions)

    def settings(self, features: Sequence[str]) -> dict[str, str]:
        """The constraints as settings of a learner of these features; InputError where a column is no feature."""
        named = [*self.increasing, *self.decreasing, *(name for some in self.interactions for name in some)]
        if missing := [name for name in named if name not in features]:
            raise InputError(f"[build] constrains {missing[0]}, which is no feature; there are {', '.join(features)}")
        if both := {*self.increasing} & {*self.decreasing}:
            raise InputError(f"[build] has {min(both)} in `increasing` and in `decreasing`: take one of them away")
        signs = [int(name in self.increasing) - int(name in self.decreasing) for name in features]
        groups = [",".join(str(features.index(name)) for name in some) for some in self.interactions]
        return {**({"monotone": ",".join(map(str, signs))} if any(signs) else {}),
                **({"interactions": ";".join(groups)} if groups else {})}


def space_of(kind: str, wanted: Wanted, moves: bool) -> Space:
    """For a kind of subject; ``moves``: whether rates are to be moved.

    InputError where something is wanted that there is not.
    """
    learners = chosen(kind, "learn", wanted.learners)
    options = {"learner": learners, **{part: (PLAIN, *_of(part, kind)) for part in PARTS}}
    if wanted.constrained:                  # which are of features, so no step may make others of them
        options["prepare"] = (PLAIN,)
        learners = options["learner"] = tuple(name for name in learners if hasattr(_method(name), "CONSTRAINTS"))
        if not learners:
            raise InputError("[build] constrains features, which none of its learners can keep to; name lightgbm")
    anyway = [name for name in wanted.mitigations if name in WITHOUT_RATES]
    options["mitigate"] = (PLAIN, *(chosen(kind, "mitigate", wanted.mitigations if moves else anyway)
                                    if moves or anyway else ()))
    branches: dict[str, Sequence[Choice]] = {}
    for part, names in options.items():
        if len(names) > 1 or part == "learner":
            branches[part] = (Choice(part, names[0], options=names),)
        for name in names:
            if choices := _settings(name):
                branches[f"{part}={name}"] = choices
    early = MANY if kind == "multiclass" else LEARNERS
    begin = [name for name in (wanted.learners or early) if name in learners and name in early] or [learners[0]]
    first: list[dict[str, Scalar]] = [{"learner": name} for name in begin]
    first += [{**first[0], "mitigate": name} for name in options["mitigate"] if name and _fits(name, learners[0])]
    first += [{"learner": learner, **{f"{learner}.{name}": value for name, value in one.items()}}
              for learner in learners for one in getattr(_method(learner), "FIRST", {}).get(kind, ())]
    first += [{"learner": learner} for learner in learners if learner not in begin]
    return Space(branches, tuple(filled(config, branches) for config in first))


def chosen(kind: str, folder: str, asked: Sequence[str]) -> tuple[str, ...]:
    """The methods of a folder that go with a kind and are installed: those asked for, else all that are not dear."""
    able = _of(folder, kind)
    for name in asked:
        if name not in able:
            raise InputError(f"[build] names the method {name}, which there is not for a {kind} subject (or its extra "
                             f"is not installed); there are {', '.join(able) or 'none'}")
    found = asked or [name for name in able if name not in ON_REQUEST]
    if folder == "learn" and not found:
        raise InputError(f"no learner is installed that learns a {kind} subject: pip install 'shall[build]'")
    return tuple(asked) or tuple(sorted(found, key=lambda name: (*LEARNERS, name).index(name)))


def filled(config: Config, branches: Mapping[str, Sequence[Choice]]) -> dict[str, Scalar]:
    """A configuration with the default of everything that it leaves out."""
    found: dict[str, Scalar] = {}
    for branch, choices in branches.items():
        part, _, wanted = branch.partition("=")
        if wanted and found.get(part) != wanted:
            continue
        for choice in choices:
            default = PLAIN if not wanted and PLAIN in choice.options else choice.default
            found[choice.name] = config.get(choice.name, default)
    return found


def settings_of(config: Config, name: str) -> dict[str, Scalar]:
    """The settings of one method in a configuration."""
    prefix = f"{name}."
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def named(config: Config) -> str:
    """A configuration in a few words, without its settings."""
    parts = (str(config.get(part, PLAIN)) for part in ("learner", "prepare", "mitigate", "calibrate"))
    return " + ".join(part.replace("_", " ") for part in parts if part)


def _fits(mitigation: str, learner: str) -> bool:
    those: Sequence[str] = getattr(registry.find("methods", mitigation), "LEARNERS", ())
    return not those or learner in those


def bare(config: Config) -> Config:
    """A configuration without what it leaves out."""
    return {name: value for name, value in config.items() if value != PLAIN}


def fitting(config: Config) -> Config:
    """The configuration without what does not go with its learner."""
    if config.get("mitigate") and not _fits(str(config["mitigate"]), str(config["learner"])):
        return {**config, "mitigate": PLAIN}
    return config


def _method(name: str) -> Any:
    return registry.find("methods", name)


def _settings(name: str) -> tuple[Choice, ...]:
    """The choices of a method, under its name."""
    if not name:
        return ()
    space: Sequence[Choice] = getattr(registry.find("methods", name), "SPACE", ())
    return tuple(Choice(f"{name}.{one.name}", one.default, one.low, one.high, one.log, one.options) for one in space)


def _of(folder: str, kind: str) -> tuple[str, ...]:
    """The methods of a folder that go with a kind and are installed."""
    found = []
    names = registry.within("methods", folder) if folder != "learn" else (
        *registry.within("methods", folder), *registry.plugged_in("methods"))
    for name in names:
        try:
            module: Any = registry.find("methods", name)
        except MissingExtra:
            continue
        if not all(map(find_spec, getattr(module, "NEEDS", ()))):
            continue
        if name != SAVED and hasattr(module, "fit") and kind in getattr(module, "KINDS", ("binary", "multiclass")):
            found.append(name)
    return tuple(found)
