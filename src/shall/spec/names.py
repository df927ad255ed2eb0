"""Whether the names and limits of a parsed line make sense with the measures, groups and data there are."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from shall.core.line import Line, MeasureCall, Reference, written_grouping
from shall.core.parse import Parsed
from shall.registry import Named
from shall.spec.arguments import Complain, settle
from shall.spec.known import Known
from shall.spec.limits import check_limits
from shall.spec.sections import CLASSES, RESERVED_DATA, RESERVED_GROUPS

PREVIOUS, LOGGED, OVERALL = RESERVED_DATA
GROUP: Final = "group"                      # `over group`: the shares of every group, unless one is called so


def check_names(parsed: Parsed, known: Known, complain: Complain) -> Line:
    """Tell everything that is wrong; the line with each argument settled as a column, an option or a filter."""
    line = parsed.line
    calls = tuple(_call(call, index, line, known, complain) for index, call in enumerate(line.measures))
    line = replace(line, measures=calls)
    _groups(line, known, complain)
    _references(line, known, complain)
    for index, call in enumerate(calls):
        if found := known.measures.get(call.name):
            _against(line, found, index, complain)
            _of_whole_rows(line, found, index, complain)
            _weighable(line, found, index, complain)
            check_limits(line, call, found, known.units, complain)
    return line


def _call(call: MeasureCall, index: int, line: Line, known: Known, complain: Complain) -> MeasureCall:
    group = written_grouping(line.over[0]) if line.over else ""
    by_feature = any("feature" in grouping for grouping in line.over)
    at = ("measure", index)
    found = known.measures.get(call.name)
    if found is None:
        complain(at, f"there is no measure `{call.name}`", known.measure_fix(call.name, group))
        return call
    if known.kind not in found.card.examines:
        complain(at, f"`{call.name}` examines a {' or a '.join(found.card.examines)}, not a {known.kind}",
                 "`shall list` shows what each measure examines")
    return settle(call, found, index, complain, by_feature=by_feature)


def _groups(line: Line, known: Known, complain: Complain) -> None:
    for index, grouping in enumerate(line.over):
        for place, name in enumerate(grouping):
            at = ("over", index, place)
            if name not in (*known.group_names, GROUP):
                complain(at, f"there is no group `{name}`", known.group_fix(name))
            elif name == GROUP and name not in known.group_names:
                _of_groups(line, known, at, complain)
            elif name == "class" and not known.multiclass:
                complain(at, "`over class` needs a subject of more than two classes",
                         f"leave it out, or name them: [subject] {CLASSES}")
            elif name == "feature" and (len(grouping) > 1 or len(line.over) > 1 or line.within):
                complain(at, "`over feature` stands alone, without other groups", "make a line of its own of it")
    for place, name in enumerate(line.within):
        inside = name == "class" and known.multiclass
        if not inside and (name in RESERVED_GROUPS or name not in known.group_names):
            complain(("within", 0, place), f"there is no group `{name}` to compare within", known.group_fix(name))


def _of_groups(line: Line, known: Known, at: tuple[str | int, ...], complain: Complain) -> None:
    """`over group` asks how the shares of every group moved."""
    cards = [known.measures[call.name].card for call in line.measures if call.name in known.measures]
    if len(line.over) > 1 or len(line.over[0]) > 1 or line.within:
        complain(at, "`over group` stands alone, without other groups", "make a line of its own of it")
    elif any(card.probe or not (card.reference and card.by_feature) for card in cards):
        complain(at, "`over group` asks how the shares of every group moved, of measures of drift",
                 "name a group: over sex; or write: population_stability over group against train <= 0.1")


def _references(line: Line, known: Known, complain: Complain) -> None:
    for side, limit in (("low", line.bound.low), ("high", line.bound.high)):
        if not isinstance(limit, Reference):
            continue
        at = ("reference", side)
        if limit.name not in known.references:
            complain(at, f"there is no data `{limit.name}` to compare with",
                     known.data_fix(limit.name, known.references))
        elif line.aggregate != "each":
            complain(at, f"a limit that stands on other data goes with `each`, not with `{line.aggregate} of`",
                     "give the limit as a number")
    if line.against == "overall":
        complain(("against",), "`overall` is for limits: 80% of overall", "name data of [data], or previous")
    elif line.against is not None and line.against not in known.references:
        complain(("against",), f"there is no data `{line.against}` to compare with",
                 known.data_fix(line.against, known.references[:-1]))
    if line.population is not None:
        _population(line, line.population, known, complain)


def _population(line: Line, name: str, known: Known, complain: Complain) -> None:
    """The data whose rows are the population, and limits that stand on rows of another one."""
    if name in (PREVIOUS, OVERALL) and name not in known.data:
        complain(("on",), f"`{name}` has no rows that could be a population", "name data of [data]")
    elif name not in (files := (*known.data, *([LOGGED] if "log" in known.data else []))):
        complain(("on",), f"there is no data `{name}` whose rows are the population", known.data_fix(name, files))
    for side, limit in (("low", line.bound.low), ("high", line.bound.high)):
        if isinstance(limit, Reference) and limit.name not in (PREVIOUS, OVERALL):
            complain(("reference", side), f"`{limit.name}` has a population of its own, and the line is about `{name}`",
                     "give the limit as a number, or stand it on previous or overall")


def _weighable(line: Line, found: Named, index: int, complain: Complain) -> None:
    call = line.measures[index]
    if line.population is not None and (found.card.census or dict(call.options).get("census")):
        complain(("on",), f"`{call.name}` is a fact of these rows, and not of another population",
                 "leave `on` out")


def _of_whole_rows(line: Line, found: Named, index: int, complain: Complain) -> None:
    """What is asked of whole rows is the same beside every feature."""
    card, call = found.card, line.measures[index]
    place = next((place for place, grouping in enumerate(line.over) if "feature" in grouping), None)
    if place is not None and not (card.by_feature or card.probe) and (call.columns or card.takes == "nothing"):
        complain(("over", place, 0), f"`{call.name}` is not asked of features",
                 "leave `over feature` out, or name a group: over sex")
    if place is not None and card.probe and card.takes == "nothing":
        other = f"ask of each feature: jensen_shannon over feature against {line.against or 'train'}"
        complain(("over", place, 0), f"`{call.name}` is asked of whole rows, not of each feature",
                 other if card.reference else "leave `over feature` out")


def _against(line: Line, found: Named, index: int, complain: Complain) -> None:
    if found.card.reference and line.against is None:
        complain(("measure", index), f"`{line.measures[index].name}` compares with other data, and none is named",
                 "add before the bound: against train")
    if found.card.reference and not found.card.probe and line.against is not None:
        for side, limit in (("low", line.bound.low), ("high", line.bound.high)):
            if isinstance(limit, Reference):
                complain(("reference", side), f"`{line.measures[index].name}` compares with `{line.against}` already",
                         "give the limit as a number")
    if found.card.reference and found.card.probe and not found.card.paired and line.against == PREVIOUS:
        complain(("against",), f"of `{PREVIOUS}` counts were kept and no rows, and `{line.measures[index].name}` "
                 "compares row by row", "name the log of that version under [data], such as shipped: against shipped")
    if not found.card.reference and line.against is not None:
        sign = "<=" if found.card.better == "lower" else ">="
        complain(("against",), f"`{line.measures[index].name}` is not a comparison with other data",
                 f"leave `against` out; a limit may stand on other data: {sign} {line.against} - 0.01")
