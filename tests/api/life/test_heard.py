"""Which versions a store has heard of, and which ones were probably meant."""

from __future__ import annotations

import pytest

from shall.api.life.heard import MOST, heard_of, near
from shall.stores import open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "shall.db") as made:
        yield made


@pytest.mark.parametrize(("kind", "subject", "body"), [
    ("shipped", "loans", {"version": "7"}), ("in charge", "loans", {"version": "7", "digest": "d"}),
    ("alarm", "loans@7", {}), ("verdicts", "loans@7", {}), ("take over", "loans@7", {}), ("retrained", "loans@7", {}),
    ("response", "loans@7", {}), ("in service", "loans@7", {"digest": "d"}),
])
def test_every_record_about_a_version_tells_of_it(store, kind, subject, body):
    assert not heard_of("loans@7", store) and near("loans@7", store) == []
    store.append(kind, subject, body)
    assert heard_of("loans@7", store) and not heard_of("loans@8", store) and not heard_of("loan@7", store)
    assert near("loans@8", store) == ["loans@7"]


def test_a_recall_of_a_mistyped_version_makes_it_no_version(store):
    store.append("recall", "loans@77", {"why": "wrong", "by": "ana"})
    assert not heard_of("loans@77", store)


def test_versions_of_the_name_come_first_then_names_that_are_near(store):
    for name in ("loans", "income"):
        for version in range(1, 9):
            store.append("shipped", name, {"version": str(version)}, key=str(version))
    assert {one.partition("@")[0] for one in near("income@80", store)} == {"income"}
    assert near("income@80", store)[0] == "income@8" and len(near("income@80", store)) == MOST
    assert near("incme@3", store)[0] == "income@3"
    assert near("zzz@1", store) == [f"income@{version}" for version in range(4, 9)]     # the newest that it knows
