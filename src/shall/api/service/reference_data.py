"""Whether the other data that a bundle is compared with in service can be read there, before anything is served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pyarrow as pa

from shall import registry
from shall.adapters.decisions import ANSWERED_BY, FIXED, KINDS
from shall.adapters.frames import TableLog
from shall.api.opening import opened
from shall.api.referring import reference
from shall.api.service.bundled import Loaded
from shall.api.service.log_columns import own_columns
from shall.core.errors import ShallError
from shall.core.log import Column
from shall.phases.measuring import prepare
from shall.runtimes.checking import Checking
from shall.runtimes.deciding import Deciding

OWN: Final = {"time": Column("time"), "id": Column("id")}   # columns of every log of decisions
AT_HAND: Final = ("previous", "overall", "logged")      # these need no data of their own


def unready(loaded: Loaded) -> Iterator[str]:
    """What lines of a bundle cannot be compared with where it serves, and why: these lines would be undecided."""
    if loaded.file is None:
        return
    watched = tuple(line for line in loaded.file.requirements if "watch" in line.phases
                    and not any(registry.card(call.name).probe for call in line.measures))
    try:
        log = _nothing_yet(loaded)
        file = own_columns(replace(loaded.file, requirements=watched), log.schema.names)
        subject = opened(replace(file, columns={**OWN, **file.columns}), log)
        examination = prepare(watched, subject.binding, file.confidence, subject.features)
    except ShallError:
        return                              # what is wrong with it then is told when it serves
    for name in examination.references:
        if name in AT_HAND:
            continue
        try:
            reference(subject, examination, name)
        except ShallError as error:
            yield str(error)


def _nothing_yet(loaded: Loaded) -> TableLog:
    """Its log of decisions, without a row."""
    assert loaded.file is not None
    columns, file = loaded.columns, loaded.file
    fields = (*Checking(loaded.scorer, columns.context).fields, *Deciding(loaded.scorer, columns).fields)
    named = {mention.name for mention in file.mentions} | {one.name for one in file.columns.values()}
    types: dict[str, pa.DataType] = {role: FIXED[role] for role in OWN}
    types |= {name: FIXED.get(what, pa.float64()) for name, what in columns.filled.items()}
    types |= {one.name: KINDS.get(one.what, pa.float64()) for one in fields
              if one.name in named or one.name.removeprefix("decision_") not in ANSWERED_BY}
    types |= {file.subject.target or "label": pa.string()}
    return TableLog(pa.table({name: pa.array([], kind) for name, kind in types.items()}), "the log of decisions")
