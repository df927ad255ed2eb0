"""Bundles in service change while they answer: nothing that does not verify is taken, and no request fails."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import shall
from shall import bundle
from shall import graph as g
from shall.api.life.recalling import lift, recall
from shall.api.service.serving import ALARM, Serving, serving
from shall.api.verifying import new_key
from shall.core import recalls
from shall.core.decisions import Label
from shall.core.errors import Recalled, Refused, StoreError
from shall.stores import open_store
from tests.api.packed import SERVE, SPEC, ask, label, logged, pack, packs
from tests.bundle.made import parts
from tests.runtimes.kept import ROW


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    found = serving(packs(tmp_path))
    yield found
    found.close()


def test_a_swap(served: Serving, tmp_path: Path) -> None:
    assert ask(served).model == "loans@7" and not served.refresh()
    (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
    assert served.refresh() and ask(served).model == "loans@8" and not served.refresh()


@pytest.mark.parametrize(("broken", "said"), [
    ('in_charge = "6"', "no bundle of version \"6\""), ("in_charge = 5.5", "a version is a text"),
    ("in_charge = ", "serve.toml:5")])
def test_a_file_that_is_wrong_is_not_taken(served: Serving, tmp_path: Path, broken: str, said: str) -> None:
    (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', broken))
    assert not served.refresh() and said in served.problem and said in served.status[0]
    assert not served.refresh() and served.service.alarms[ALARM] == 1
    assert ask(served).model == "loans@7"
    (tmp_path / "serve.toml").write_text(SERVE)
    assert served.refresh() and served.status == []


def test_a_bundle_that_does_not_verify_is_not_taken(served: Serving, tmp_path: Path) -> None:
    content = bytearray((tmp_path / "7.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "7.zip").write_bytes(content)
    assert not served.refresh() and "refused" in served.problem and ask(served).model == "loans@7"
    (tmp_path / "7.zip").unlink()
    assert not served.refresh() and "no bundle" in served.problem and ask(served).decision == "yes"
    pack(tmp_path / "7.zip", "7", note="another one")
    assert served.refresh() and ask(served).model == "loans@7"


def test_a_bundle_that_comes_later_is_taken_when_it_is_there(served: Serving, tmp_path: Path) -> None:
    (tmp_path / "serve.toml").write_text(SERVE.replace('9 = "9.zip"', '10 = "10.zip"').replace('"7"\n', '"10"\n'))
    assert not served.refresh() and "10.zip" in served.problem and not served.refresh()
    pack(tmp_path / "10.zip", "10")
    assert served.refresh() and ask(served).model == "loans@10"


def test_what_counts_from_the_next_start_is_said(served: Serving, tmp_path: Path) -> None:
    (tmp_path / "serve.toml").write_text(SERVE + '[server]\nport = 9000\n[tokens]\nfile = "tokens.toml"\n')
    assert served.refresh()
    assert served.status == ["what the serve file says now under [server], [tokens] counts from the next start"]


@pytest.mark.parametrize("elsewhere", [None, "elsewhere"])
def test_a_changed_log_is_said_to_count_from_the_next_start(tmp_path: Path, elsewhere: str | None) -> None:
    found = serving(packs(tmp_path), folder=None if elsewhere is None else tmp_path / elsewhere)
    (tmp_path / "serve.toml").write_text(SERVE + "# the same\n")
    assert found.refresh() and found.status == []
    (tmp_path / "serve.toml").write_text(SERVE + '[log]\nfolder = "other"\nkeep = "30 days"\n')
    assert found.refresh() and ask(found).decision == "yes"
    assert found.status == ["what the serve file says now under [log] counts from the next start"]
    (tmp_path / "serve.toml").write_text(SERVE)
    assert found.refresh() and found.status == [] and not (tmp_path / "other").exists()
    found.close()


def test_the_log_stays_where_it_was_put(tmp_path: Path) -> None:
    packs(tmp_path)
    found = serving(tmp_path / "serve.toml", folder=tmp_path / "elsewhere")
    (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
    assert found.refresh() and ask(found).model == "loans@8"
    found.close()
    assert len(logged(tmp_path / "elsewhere")) == 1 and not (tmp_path / "decisions").exists()


def test_a_bundle_that_is_replaced_says_its_new_version(tmp_path: Path) -> None:
    place = pack(tmp_path / "loans.zip", "7")
    found = serving(place, folder=tmp_path)
    pack(place, "8", SPEC.replace('"Loans"', '"Others"'))
    assert found.refresh() and ask(found).model == "loans@8"
    place.write_bytes(b"PK")
    assert not found.refresh() and ask(found).model == "loans@8"
    found.close()


def test_a_store_that_fails_leaves_everything_as_it_was(served: Serving, tmp_path: Path,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(type(served.store), "append", broken)
    (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
    assert served.refresh() and ask(served).model == "loans@8"
    assert served.service.alarms == {"who is in charge was not recorded": 1}
    monkeypatch.setattr(type(served.store), "latest", broken)
    (tmp_path / "serve.toml").write_text(SERVE)
    assert not served.refresh() and served.problem == "the disk is full" and ask(served).model == "loans@8"


def test_a_recalled_version_gives_way_to_the_last_good_one(served: Serving, tmp_path: Path) -> None:
    (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
    assert served.refresh() and ask(served).model == "loans@8"
    with closing(open_store(tmp_path / "shall.db")) as store:
        store.append(recalls.RECALL, "loans@8", recalls.body("it is wrong", "me"))
    assert served.refresh() and ask(served).model == "loans@7"
    with pytest.raises(Recalled, match="it is wrong"):
        ask(served, version="8")
    (told,) = served.status
    assert told.startswith("loans: loans@8 was recalled: it is wrong (by me, ") and "; 7 is in charge again; " in told
    with closing(open_store(tmp_path / "shall.db")) as store:
        store.append(recalls.RECALL, "loans@7", recalls.body("too", "me"))
        store.append(recalls.RECALL, "loans@9", recalls.body("too", "me"))
    assert served.refresh() and not served.service.models()[0].ready
    with pytest.raises(Recalled):
        ask(served)
    label(served, Label("e1", "yes", 5))
    with closing(open_store(tmp_path / "shall.db")) as store:
        store.append(recalls.LIFTED, "loans@8", recalls.body("it was not", "me"))
    assert served.refresh() and not served.service.models()[0].ready       # nobody signed that


def test_only_a_regulator_lifts_a_recall(tmp_path: Path) -> None:
    """One whom the shall file of the bundle names; one of another bundle says nothing of this one."""
    (own, _, key), (other, _, _) = new_key(tmp_path / "own"), new_key(tmp_path / "other")
    pack(tmp_path / "7.zip", "7", SPEC + f'[trust]\nregulator = "{key}"\n')
    pack(tmp_path / "8.zip", "8")
    (tmp_path / "serve.toml").write_text(SERVE.replace(', 9 = "9.zip"', ""))
    found, store = serving(tmp_path / "serve.toml"), str(tmp_path / "shall.db")
    for model in ("loans@7", "loans@8"):
        recall(model, "wrong", store=store, force=True)
    assert found.refresh() and found.service.models()[0].modes == {"7": "recalled", "8": "recalled"}
    lift("loans@7", "right", key=other, store=store)
    lift("loans@8", "right", key=own, store=store)
    assert found.refresh() and found.service.models()[0].modes == {"7": "recalled", "8": "recalled"}
    lift("loans@7", "right", key=own, store=store)
    assert found.refresh() and found.service.models()[0].modes == {"7": "live", "8": "recalled"}
    assert ask(found).model == "loans@7" and ["loans@8 was recalled" in one for one in found.status] == [True]
    found.close()


def test_a_recall_counts_from_the_start(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "shall.db")) as store:
        store.append(recalls.RECALL, "loans@7", recalls.body("wrong", "me"))
    found = serving(packs(tmp_path))
    with pytest.raises(Recalled):
        ask(found)
    assert "nothing answers" in found.status[0]
    assert ask(found, version="8").model == "loans@8"
    found.close()


def test_more_columns_after_a_swap(tmp_path: Path) -> None:
    """The old log still takes what is in flight; both are one log when they are read."""
    x = g.inputs({"age": "number", "rent": "number"})
    other = g.compile(x, score=(x["age"] * 0.01 + x["rent"] * 0.0))
    place = packs(tmp_path)
    found = serving(place)
    in_flight = found.service.decide("loans", [ROW])
    pack(tmp_path / "8.zip", "8", graph=other)
    place.write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
    assert found.refresh()
    for sink, records in in_flight.kept:
        sink.write(records)
    answer = found.service.decide("loans", [{"age": 60, "rent": 5}])
    for sink, records in answer.kept:
        sink.write(records)
    assert ask(found, version="7").model == "loans@7"
    with pytest.raises(shall.errors.Faults, match="rent"):
        found.service.decide("loans", [ROW])
    found.close()
    table = logged(tmp_path)
    assert sorted(zip(table["model"].to_pylist(), table["rent"].to_pylist(), strict=True), key=str) == [
        ("loans@7", None), ("loans@7", None), ("loans@8", 5.0)]


def test_one_column_of_two_kinds_is_refused(served: Serving, tmp_path: Path) -> None:
    x = g.inputs({"age": ["young", "old"]})
    pack(tmp_path / "8.zip", "8", graph=g.compile(x, decision=x["age"].isin(["old"])))
    assert not served.refresh() and "the column age is of two kinds" in served.problem
    assert ask(served).model == "loans@7"


def test_only_signed_bundles_of_those_who_are_trusted(tmp_path: Path) -> None:
    place = pack(tmp_path / "loans.zip")
    private, _, key = new_key(tmp_path / "user")
    serve = 'serve = 1\n[loans]\nbundles = {{ 1 = "{}" }}\n[trust]\nuser = "user.pub"\nrequired = ["user"]\n'
    with pytest.raises(Refused, match="the user has to sign it"):
        serving(place, folder=tmp_path, keys=key)
    (tmp_path / "serve.toml").write_text(serve.format("loans.zip"))
    with pytest.raises(Refused, match="user"):
        serving(tmp_path / "serve.toml")
    signed = bundle.write(parts(), {"subject": "loans"}, tmp_path / "signed.zip")
    (tmp_path / "serve.toml").write_text(serve.format("signed.zip"))
    with pytest.raises(Refused, match="shall sign"):
        serving(tmp_path / "serve.toml")
    shall.sign(signed, private, "user")
    found = serving(tmp_path / "serve.toml")
    assert found.service.decide("loans", [{"age": 50, "pay": 1}]).answers[0].model == "loans@1"
    bundle.write(parts(shift=1.0), {"subject": "loans"}, signed)
    assert not found.refresh() and "shall sign" in found.problem
    assert found.service.decide("loans", [{"age": 50, "pay": 1}]).answers[0].model == "loans@1"
    shall.sign(signed, private, "user")
    assert found.refresh() and found.problem == ""
    digest = found.service.models()[0].digest
    new_key(tmp_path / "next")              # who signed it is not trusted any more
    (tmp_path / "serve.toml").write_text(serve.format("signed.zip").replace("user.pub", "next.pub"))
    assert not found.refresh() and "ed25519" in found.problem and found.service.models()[0].digest == digest
    shall.sign(signed, tmp_path / "next.key", "user")
    assert found.refresh() and found.service.models()[0].digest == digest
    found.close()


def test_requests_go_on_while_files_change(tmp_path: Path) -> None:
    """3 threads ask and keep while the files change 25 times, twice wrongly: no request fails, and what was answered
    is what is logged, exactly."""
    place = packs(tmp_path)
    found = serving(place)
    ended, problems, answered = threading.Event(), [], Counter[str]()
    lock = threading.Lock()

    def told(error: Exception | None, answer: Any) -> None:
        with lock:
            if error is not None:
                problems.append(repr(error))
            answered[answer.id] += 1

    def run(number: int) -> None:
        place = 0
        while not ended.is_set():
            place += 1
            try:
                decided = found.service.decide("loans", [{**ROW, "customer": f"{number} {place}"}])
                (answer,), ((sink, records),) = decided.answers, decided.kept
                done = threading.Event()
                sink.submit(records, lambda error, one=answer, event=done: (told(error, one), event.set()))
                done.wait(10)
            except Exception as error:
                problems.append(repr(error))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    taken = 0
    for step in range(25):
        charge = "789"[step % 3]
        text = SERVE.replace('in_charge = "7"', f'in_charge = "{charge}"' if step % 10 != 9 else 'in_charge = "x"')
        text += f'canary = {{ {"789"[(step + 1) % 3]} = "{step + 1}%" }}\n'
        text += f'shadow = ["{"789"[(step + 2) % 3]}"]\n' if step % 2 else ""
        if step % 5 == 4:
            pack(tmp_path / "9.zip", "9", SPEC + f'[columns.extra{step}]\nunit = "ms"\n', step=step)
        place.write_text(text)
        taken += found.refresh()
    ended.set()
    for thread in threads:
        thread.join()
    found.close()
    assert not problems, problems[:3]
    assert taken == 23 and found.service.alarms[ALARM] == 2
    ids = logged(tmp_path)["id"].to_pylist()
    assert len(answered) > 50 and {*ids} == {*answered} and len(ids) == len(answered)




def test_a_thread_that_still_looks_at_something_when_it_is_closed_changes_nothing(tmp_path: Path) -> None:
    found = serving(packs(tmp_path))
    (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
    before = found.service.fleets
    found.close()
    found.refresh()
    assert found.service.fleets is before and found.look() == []
    assert not [*(tmp_path / "decisions" / "loans").glob("*.journal")]
