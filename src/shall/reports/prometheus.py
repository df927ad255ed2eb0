"""Alert rules for Prometheus over what a server shows at /metrics, and the file that `promtool test rules` tests by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shall.core.responses import silences

LOOKS: Final = 10                           # looks that may be missing before the watch counts as standing still
SHORTEST: Final = 600                       # seconds until then at least
RULES, TESTS = "rules.yml", "rules.test.yml"


@dataclass(frozen=True, slots=True)
class Promise:
    """One requirement of a name in service."""

    model: str                              # "income"
    name: str
    line: str
    why: str
    ways: Sequence[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, and by which figures it is tested: quiet by ``quiet`` at all times, firing by ``loud`` in the end."""

    alert: str
    expr: str
    wait: str                               # how long it has to hold, "0m" for not at all
    severity: str
    summary: str
    description: str
    quiet: Mapping[str, str]                # values by series, a minute apart
    loud: Mapping[str, str]
    told: Mapping[str, str]                 # the labels of the alert, without its severity
    lacks: str = ""                         # a series of every good day that is missing on the bad one
    own: Mapping[str, str] = field(default_factory=dict)    # labels that tell it from rules of the same alert


def rules_of(promises: Sequence[Promise], every: Mapping[str, float]) -> list[tuple[str, list[Rule]]]:
    """The rules by group; ``every``: seconds between two looks of the watch, by name."""
    found = []
    for model, seconds in every.items():
        own = [_broken(one) for one in promises if one.model == model]
        of_name = (replace(rule, own={"name": model}) for rule in _of_name(model, seconds))
        found.append((f"shall-{model}", [*own, *of_name]))
    return [*found, ("shall-server", [*_of_server()])]


def rules(groups: Sequence[tuple[str, Sequence[Rule]]], of: str) -> str:
    """The file of rules; ``of``: what it was made of."""
    told = [{"name": name, "rules": [{
        "alert": rule.alert, "expr": rule.expr, "for": rule.wait, "labels": {"severity": rule.severity, **rule.own},
        "annotations": {"summary": rule.summary, "description": rule.description}} for rule in some]}
        for name, some in groups]
    head = f"# Made by `shall rules` of {_text(of)}. Test it: promtool test rules {TESTS}\n"
    return head + "\n".join(_yaml({"groups": told})) + "\n"


def tests(groups: Sequence[tuple[str, Sequence[Rule]]], of: str, rules: str = RULES) -> str:
    """The file of tests: each rule is quiet by figures of a good day, and fires by those of a bad one."""
    every = {rule.lacks: "1x60" for _, some in groups for rule in some if rule.lacks}
    told = [test for _, some in groups for rule in some for test in _tests(rule, every)]
    head = f"# Made by `shall rules` of {_text(of)}\n"
    return head + "\n".join(_yaml({"rule_files": [rules], "evaluation_interval": "1m", "tests": told})) + "\n"


def _broken(one: Promise) -> Rule:
    series = f'shall_watch_alarm{{model="{one.model}@7", line={_quoted(one.name)}}}'
    severe = any(map(silences, one.ways))
    why = f" Why it is promised: {one.why}." if one.why else ""
    return Rule(
        "ShallPromiseBroken",
        f'max by (model, line) (shall_watch_alarm{{model=~"{one.model}@.+", line={_quoted(one.name)}}}) > 0', "0m",
        "critical" if severe else "warning",
        f"{{{{ $labels.model }}}} breaks {_template(one.name)}: {_template(one.line)}",
        f"The alarm of this requirement is on; its false alarms are as rare as [watch] false_alarms says. Declared "
        f"response: {', '.join(one.ways)}.{_template(why)} `shall responses` shows what was done.",
        {series: "0x60"}, {series: "0 0 1x60"}, {"model": f"{one.model}@7", "line": one.name},
        own={"name": one.model, "line": _template(one.name)})


def _of_name(model: str, every: float) -> Iterator[Rule]:
    most = int(max(LOOKS * every, SHORTEST))
    looked = f'shall_watch_looked_timestamp_seconds{{model="{model}@7"}}'
    minutes = most // 60 + 2
    yield Rule(
        "ShallWatchStandsStill",
        f'time() - max by (model) (shall_watch_looked_timestamp_seconds{{model=~"{model}@.+"}}) > {most}', "0m",
        "critical", "Nobody watches {{ $labels.model }}",
        f"The watch has not looked for more than {most} seconds, so a broken promise would not be noticed.",
        {looked: f"0+60x{minutes}"}, {looked: f"0x{minutes}"}, {"model": f"{model}@7"})
    live = f'shall_bundle{{model="{model}", version="7", mode="live"}}'
    yield Rule(
        "ShallNothingAnswers", f'absent(shall_bundle{{model="{model}", mode="live"}})', "1m", "critical",
        f"Nothing answers as {model}", "No version is in charge: the one that was is recalled or stopped, or the "
        "server is not there. Requests get 503 or 410.",
        {live: "1x60"}, {f'shall_bundle{{model="{model}", version="7", mode="stopped"}}': "1x60"},
        {"model": model, "mode": "live"}, live)
    stands = f'shall_response{{model="{model}", version="7", line="fair", response="abstain"}}'
    yield Rule(
        "ShallResponseStands", f'max by (model, version, line, response) (shall_response{{model="{model}"}}) > 0',
        "0m", "info", "{{ $labels.model }}@{{ $labels.version }}: {{ $labels.response }} stands for {{ $labels.line }}",
        "It stands until a person ends it: shall responses --end.", {}, {stands: "1x60"},
        {"model": model, "version": "7", "line": "fair", "response": "abstain"})
    recalled = f'shall_bundle{{model="{model}", version="7", mode="recalled"}}'
    yield Rule(
        "ShallRecalled", f'max by (model, version) (shall_bundle{{model="{model}", mode="recalled"}}) > 0', "0m",
        "critical", "{{ $labels.model }}@{{ $labels.version }} is recalled", "It may not answer: shall recall --list "
        "says why.", {live: "1x60"}, {recalled: "1x60"}, {"model": model, "version": "7"})


def _of_server() -> Iterator[Rule]:
    yield Rule("ShallAlertsWait", "max by (instance) (shall_alerts_waiting) > 0", "15m", "critical",
               "Alerts wait for a webhook", "No webhook has taken them for a quarter of an hour; they are kept for a "
               "week.", {"shall_alerts_waiting": "0 1 0x60"}, {"shall_alerts_waiting": "2x60"}, {})
    dropped = 'shall_alerts_total{result="dropped"}'
    yield Rule("ShallAlertsDropped", f"sum by (instance) (increase({dropped}[1h])) > 0", "0m", "critical",
               "Alerts were dropped", "A webhook has taken nothing for a week, or too many alerts waited.",
               {dropped: "0x60"}, {dropped: "0 0 3x60"}, {})
    files = 'shall_alarm{what="files"}'
    yield Rule("ShallNotInService", "max by (what) (shall_alarm) > 0", "2m", "warning",
               "What stands in the files is not in service: {{ $labels.what }}",
               "A file or bundle does not verify, so what was in service before stays.",
               {files: "0x60"}, {files: "1x60"}, {"what": "files"})
    failed = 'shall_log_alarms_total{model="income", alarm="not written"}'
    yield Rule("ShallLogFails", "sum by (model) (increase(shall_log_alarms_total[15m])) > 0", "0m", "critical",
               "The log of decisions of {{ $labels.model }} fails",
               "Decisions cannot be kept, so they are refused (or told to be not logged).",
               {failed: "0x60"}, {failed: "0 0 4x5"}, {"model": "income"})


def _tests(rule: Rule, every: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    alert = {"exp_labels": {**rule.told, **rule.own, "severity": rule.severity},
             "exp_annotations": {"summary": _filled(rule.summary, rule.told),
                                 "description": _filled(rule.description, rule.told)}}
    bad = {name: values for name, values in every.items() if name != rule.lacks}
    for series, found in (({**every, **rule.quiet}, []), ({**bad, **rule.loud}, [alert])):
        end = max(int(values.rpartition("x")[2]) for values in rule.loud.values())
        yield {"interval": "1m",
               "input_series": [{"series": name, "values": values} for name, values in series.items()],
               "alert_rule_test": [{"eval_time": f"{end}m", "alertname": rule.alert, "exp_alerts": found}]}


def _filled(text: str, labels: Mapping[str, str]) -> str:
    """A text as Prometheus shows it."""
    for name, value in labels.items():
        text = text.replace(f"{{{{ $labels.{name} }}}}", value)
    return text


def _text(text: str) -> str:
    """A text on one line, of what can be printed."""
    return "".join(one if one.isprintable() else " " for one in text)


def _template(text: str) -> str:
    """A text that is no template of Prometheus."""
    return _text(text).replace("{{", "{ {").replace("}}", "} }")


def _quoted(text: str) -> str:
    """As a text of YAML, and as a string of PromQL."""
    return json.dumps(_text(text), ensure_ascii=False)


def _yaml(value: Any, inner: str = "") -> Iterator[str]:
    """Tables and lists as lines; texts in quotes, so that none means anything else."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _entry(f"{inner}{key}:", one, f"{inner}  ")
    else:
        for one in value:
            lines = [*_yaml(one, f"{inner}  ")] if isinstance(one, Mapping) else [f"{inner}  {_quoted(one)}"]
            yield f"{inner}- {lines[0].removeprefix(f'{inner}  ')}"
            yield from lines[1:]


def _entry(key: str, value: Any, inner: str) -> Iterator[str]:
    if isinstance(value, str):
        yield f"{key} {_quoted(value)}"
    elif value:
        yield key
        yield from _yaml(value, inner)
    else:
        yield f"{key} {'{}' if isinstance(value, Mapping) else '[]'}"
