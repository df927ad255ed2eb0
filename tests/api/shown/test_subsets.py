"""Named parts of the rows: the newest record of a name counts."""

from __future__ import annotations

import pytest

from shall.api.shown.subsets import LONGEST, save, subsets
from shall.core.errors import FileError, InputError
from shall.stores.sqlite import open_store


def test_a_sub_set_is_kept_changed_and_dropped(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        save(store, "income", "old", "age>=60", "ana")
        save(store, "income", "young", "age < 30")
        save(store, "other", "old", "age >= 1")
        assert [(one.name, one.where, one.by) for one in subsets(store, "income")] == [
            ("old", "age >= 60", "ana"), ("young", "age < 30", "")]
        save(store, "income", "old", "age >= 65", "ben")
        save(store, "income", "young", "")
        assert [(one.name, one.where, one.by) for one in subsets(store, "income")] == [("old", "age >= 65", "ben")]
        assert store.verify().sequence == 5, "nothing is ever taken out of a store"


@pytest.mark.parametrize(("name", "where", "error"), [
    ("", "age > 1", InputError), ("x" * (LONGEST + 1), "age > 1", InputError), ("a\nb", "age > 1", InputError),
    ("x", "age >", FileError)])
def test_what_is_none_is_not_kept(tmp_path, name, where, error):
    with open_store(tmp_path / "shall.db") as store:
        with pytest.raises(error):
            save(store, "income", name, where)
        assert subsets(store, "income") == ()
    with pytest.raises(InputError):
        save(None, "income", "x", "age > 1")
    assert subsets(None, "income") == ()
