"""Every type of column: the predicates of a slice select the rows that the tally's own filter selects."""

import datetime
import re
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import InputError
from shall.core.log import Binding, Column, GroupDef
from shall.core.parse import parse_filter
from shall.phases.slices.slice_columns import columns, features
from shall.tally.filters import selected

RANDOM = np.random.default_rng(0)
WORDS = RANDOM.choice(["it's", "b", "ü", ""], 400).tolist()
ARRAYS = {
    "text": pa.array([None, *WORDS[1:]]),
    "large": pa.array(WORDS, pa.large_string()),
    "view": pa.array(WORDS, pa.string_view()),
    "coded": pa.array(WORDS).dictionary_encode(),
    "coded numbers": pa.array(RANDOM.integers(0, 4, 400)).dictionary_encode(),
    "truth": pa.array([None, *(RANDOM.random(399) < 0.5).tolist()]),
    "int8": pa.array(RANDOM.integers(-5, 5, 400), pa.int8()),
    "uint64": pa.array(RANDOM.integers(0, 2**40, 400), pa.uint64()),
    "float32": pa.array(RANDOM.normal(size=400).astype(np.float32)),
    "gaps": pa.array([None, float("nan"), *RANDOM.normal(size=398)]),
    "half": pa.array(RANDOM.normal(size=400).astype(np.float16)),
}


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("chunks", [1, 3])
def test_predicates_are_filters(name, chunks):
    whole = pa.table({name: ARRAYS[name]})
    table = pa.concat_tables([whole.slice(start * 400 // chunks, 400 // chunks + 1) for start in range(chunks)])
    (made,), notes = columns(table, [name], Binding(roles=()), bins=5, least=1)
    assert len(made.filters) > 1 and notes == ()
    rows = pa.concat_tables([table]).unify_dictionaries().combine_chunks().to_batches()[0]
    for place, said in enumerate(made.filters):
        assert (selected(parse_filter(str(said)), rows) == made.holds(place)).all(), str(said)


@pytest.mark.parametrize("name, array, why", [
    ("money", pa.array([Decimal("1.5")] * 3), "decimal"), ("day", pa.array([datetime.date(2026, 1, 31)] * 3), "date32"),
    ("id", pa.array([2**60, 1, 2]), r"2\*\*53"), ("name", pa.array(map(str, range(5_001))), "5,001 different values")])
def test_what_cannot_be_sliced_by_is_told(name, array, why):
    made, notes = columns(pa.table({name: array}), [name], Binding(roles=()), bins=5, least=1)
    assert made == () and len(notes) == 1 and re.search(why, notes[0])


def test_a_group_is_cut_at_its_own_edges():
    binding = Binding(roles=(), groups=(GroupDef("band", "age", cut=(25.0, 65.0)),))
    (made,), _ = columns(pa.table({"age": RANDOM.integers(18, 90, 300)}), ["age"], binding, bins=5, least=1)
    assert [str(one) for one in made.filters] == [
        "age < 25", "age < 65", "age >= 25 and age < 65", "age >= 25", "age >= 65"]


def test_columns_with_a_role_are_left_out_unless_they_are_asked_for():
    binding = Binding(roles=(("label", Column("y")), ("score", Column("p"))), groups=(GroupDef("band", "age"),))
    schema = pa.schema([(name, pa.int64()) for name in ("age", "y", "p", "size")])
    assert features(schema, binding, None) == ("age", "size")
    assert features(schema, binding, ["band", "p", "age"]) == ("age", "p")
    with pytest.raises(InputError, match="no column and the file no group colour"):
        features(schema, binding, ["colour"])
