"""How a candidate is made, part by part, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

PARTS: Final = {"prepare": "preparation", "learner": "learner", "mitigate": "mitigation", "calibrate": "calibration"}


def parts_of(made: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each part, its method, and the settings of it: `learner`, `lightgbm`, `rounds 120, learning rate 0.05`."""
    config: Mapping[str, Any] = made.get("config", {})
    for key, part in PARTS.items():
        method = str(config.get(key, ""))
        if not method and key != "learner":
            continue
        own = {name.removeprefix(f"{method}."): value for name, value in config.items()
               if name.startswith(f"{method}.")}
        settings = ", ".join(f"{_spaced(name)} {_said(value)}" for name, value in own.items())
        yield part, _spaced(method) or "none", settings
    if "blend" in made:
        yield "blend", f"{len(made['blend'])} trials", ", ".join(
            f"{weight:.2f} {_named(config)} (trial {number})" for config, number, weight in made["blend"])
    if "rule" in made:
        yield "decision", *_rule(made["rule"])


def _named(config: Mapping[str, Any]) -> str:
    """A configuration without its settings."""
    return " + ".join(_spaced(str(config[key])) for key in ("learner", "prepare", "mitigate") if config.get(key))


def _rule(rule: Mapping[str, Any]) -> tuple[str, str]:
    """The rule by its kind, and its numbers."""
    threshold = f"threshold {_said(rule.get('threshold', 0.5))}"
    kinds, settings = [], [threshold]
    if rule.get("by_group"):
        kinds.append("group thresholds")
        settings = [", ".join(" and ".join(f"{name} = {value}" for name, value in group) + f": {_said(line)}"
                              for group, line in rule["by_group"])]
    if rule.get("multipliers"):
        kinds.append("plug-in")
        settings.append("multipliers " + ", ".join(map(_said, rule["multipliers"])))
    if rule.get("abstain"):
        kinds.append("abstaining")
        settings.append(f"abstains within {_said(rule['abstain'])} of it")
    return " + ".join(kinds) or "one threshold", ", ".join(settings)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
