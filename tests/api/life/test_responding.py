"""What a shall file wants done about a broken promise is done once, recorded, obeyed, and ended by a person."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shall.api.life.lifting import end, responses
from shall.api.life.responding import Responding
from shall.api.life.trainer import RETRAINED
from shall.api.opening import file_of
from shall.api.service.serving import Serving, serving
from shall.core.alarm import Alarm
from shall.core.errors import InputError, Stopped, StoreError
from shall.core.responses import RESPONSE, WAYS
from shall.spec import ShallFile
from shall.stores import open_store
from tests.api.life import test_retraining as retraining
from tests.api.packed import SERVE, SPEC, ask, label, logged, pack

LINE = "ratio of selection_rate over sex >= 0.5 where region = 'north'"
ABOUT = "sex = F against sex = M"


def alarm(about: str = ABOUT, row: int = 7, name: str = "fair", since: str = "") -> Alarm:
    return Alarm(name, LINE, row, "2026-11-21 10:00", "2026-11", about, since)


def spec(*ways: str) -> str:
    told = "[" + ", ".join(f'"{way}"' for way in ways) + "]"
    return SPEC.replace(f'fair = "{LINE}"\n', f'[requirements.fair]\nthat = "{LINE}"\non_broken = {told}\n')


def north(*ways: str) -> ShallFile:
    return file_of({"groups": {"sex": "sex"}, "requirements": {"fair": {"that": LINE, "on_broken": [*ways]}}})


def of_ways(folder: Path, *ways: str, serve: str = SERVE) -> Serving:
    for version in "789":
        pack(folder / f"{version}.zip", version, spec(*ways))
    (folder / "serve.toml").write_text(serve)
    return serving(folder / "serve.toml")


class Heard:
    """Takes what is told."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, Any]] = []

    def tell(self, told: Mapping[str, Any]) -> str:
        self.told.append(told)
        return "told"


def test_each_alarm_is_responded_to_once(tmp_path: Path) -> None:
    file = file_of({"groups": {"sex": "sex"}, "requirements": {
        "fair": {"that": LINE, "on_broken": [*WAYS[:1], *WAYS[2:]]}, "quiet": "accuracy >= 0.5"}})
    with_store = open_store(tmp_path / "shall.db")
    heard = Heard()
    one = Responding(file, "loans@7", with_store, heard)
    found = one.of([alarm(), alarm(row=9, name="quiet")], "life")
    assert [(made.name, made.way) for made in found] == [
        ("fair", "alert"), ("fair", "abstain"), ("fair", "stop"), ("fair", "retrain"), ("quiet", "alert")]
    assert found[1].where == "sex = 'F' and region = 'north'" and found[1].sequence == 2
    assert "shall retrain" in found[3].did
    assert one.of([alarm()], "life") == [] == Responding(file, "loans@7", with_store, heard).of([alarm()], "life")
    assert len(Responding(file, "loans@8", with_store).of([alarm()], "life")) == 4
    assert [made["requirement"] for made in heard.told] == ["fair", "quiet"]
    assert heard.told[0]["id"] != heard.told[1]["id"] and len(one.of([alarm(row=8)], "life")) == 4
    with_store.close()


@pytest.mark.parametrize("recorded", [True, False])
def test_an_alarm_that_goes_on_is_responded_to_once_while_it_stands(tmp_path: Path, recorded: bool) -> None:
    """Again for other rows, where a person ended what was done, and where it was quiet in between."""
    file = north("alert", "abstain")
    store, heard = open_store(tmp_path / "shall.db") if recorded else None, Heard()
    one = Responding(file, "loans@7", store, heard)
    assert [made.way for made in one.of([alarm(), *(alarm(row=row, since="row 7") for row in range(8, 21))])] == [
        "alert", "abstain"]
    assert len(heard.told) == 1 and (store is None or len(store.records(RESPONSE)) == 2)
    other = "sex = M against sex = F"
    assert [made.where for made in one.of([alarm(other, 30, since="row 7"), alarm(other, 31, since="row 7")])] == [
        "", "sex = 'M' and region = 'north'"]
    assert len(one.of([alarm(row=40)])) == 2 and len(heard.told) == 3       # it was quiet, and is broken anew
    if store is not None:
        end("loans@7", "fair", "mended", store=str(tmp_path / "shall.db"))
        assert len(one.of([alarm(row=50, since="row 40")])) == 2 == len(responses(str(tmp_path / "shall.db")))
        store.close()


def test_training_that_came_to_nothing_is_begun_anew_and_nobody_is_told_again() -> None:
    file, heard = file_of({"requirements": {"fair": {"that": "accuracy >= 0.5", "on_broken": ["retrain"]}}}), Heard()
    said = iter(["it is trained again", "it is being trained again already", "it is being trained again already",
                 "it is trained again"])
    one = Responding(file, "loans@7", None, heard, lambda _: next(said))
    did = [[made.did for made in one.of([alarm(row=row, since="row 1" if row > 1 else "")])] for row in (1, 2, 3, 4)]
    assert did == [["it is trained again"], ["it is being trained again already"], [], ["it is trained again"]]
    assert len(heard.told) == 1


def test_who_does_not_answer_says_what_really_happens() -> None:
    file = north("abstain", "stop")
    (made, _), (far, stop), (own, _) = (Responding(file, model, None, serves=serves).of([alarm()])
                                        for model, serves in (("loans", False), ("loans@7", False), ("loans@7", True)))
    assert made.did.startswith("recorded only, and nothing is answered otherwise: no server calls a model loans")
    assert far.did == "servers of loans@7 that share the store abstain from rows with sex = 'F' and region = 'north'"
    assert stop.did == "servers of loans@7 that share the store let it answer no more"
    assert own.did == "rows with sex = 'F' and region = 'north' are answered by an abstention"


def test_a_branch_says_who_answers_then() -> None:
    def said(model: str, *, serves: bool) -> str:
        return Responding(north("fall back to rules"), model, None, serves=serves).of([alarm()])[0].did

    assert said("loans@7", serves=True) == (
        "its branch rules answers every row in its place, unless that broke a promise, too")
    assert said("loans@7", serves=False) == (
        "servers of loans@7 that share the store let its branch rules answer every row, if its bundle has one that "
        "broke no promise; else another version answers, or every row is abstained from")
    assert said("loans@7.mean", serves=True).startswith("its branch rules answers")
    assert said("loans@7.rules", serves=True).startswith("another version answers in its place")
    assert said("loans", serves=False).startswith("recorded only")


def test_a_store_that_is_down_is_written_to_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(tmp_path / "shall.db")
    one = Responding(file_of({"requirements": {"fair": "accuracy >= 0.5"}}), "loans@7", store)

    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(type(store), "append", broken)
        patched.setattr(type(store), "records", broken)
        (made,) = one.of([alarm(name="fair")])
        assert made.sequence == 0 and one.late == [made] == one.settle() and one.of([alarm(name="fair")]) == []
    assert one.settle() == [] == one.of([alarm(name="fair")])
    assert [record.key for record in store.records(RESPONSE)] == ["fair 7 alert"]
    store.close()


def test_stop(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "stop")
    assert [one.way for one in served.respond("loans", "7", [alarm()])] == ["stop"]
    with pytest.raises(Stopped, match="loans@7 was stopped: fair is broken") as told:
        ask(served)
    assert told.value.code == "stopped" and served.service.models()[0].modes["7"] == "stopped"
    assert ask(served, version="8").model == "loans@8" and "nothing answers" in served.status[0]
    served.close()
    again = serving(tmp_path / "serve.toml")
    with pytest.raises(Stopped):
        ask(again)
    assert end("loans@7", "fair", "mended", store=str(tmp_path / "shall.db"))
    assert again.refresh() and ask(again).model == "loans@7" and again.status == []
    again.close()


def test_fall_back_to_the_one_before(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "fall back")
    (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
    assert served.refresh() and ask(served).model == "loans@8"
    other = serving(tmp_path / "serve.toml", folder=tmp_path / "other")
    served.respond("loans", "8", [alarm()])
    assert ask(served).model == "loans@7" and other.refresh() and ask(other).model == "loans@7"
    with pytest.raises(Stopped, match="fell back") as told:
        ask(served, version="8")
    assert told.value.code == "fell back" and served.service.models()[0].modes["8"] == "fell back"
    assert served.respond("loans", "8", [alarm()]) == []
    assert end("loans@8", "fair", "mended", store=str(tmp_path / "shall.db"))
    for one in (served, other):
        assert one.refresh() and ask(one).model == "loans@8"
        one.close()


def test_fall_back_to_the_one_that_is_named(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "fall back", serve=SERVE + 'fall_back = "9"\n')
    served.respond("loans", "7", [alarm()])
    assert ask(served).model == "loans@9" and "9 is in charge" in served.status[0]
    served.respond("loans", "9", [alarm()])             # then nobody is left, as 7 fell back too
    answer = ask(served)
    assert answer.model == "loans@7" and answer.abstained and answer.code == "alarm" and "abstains" in served.status[0]
    assert served.status[1].startswith("loans: loans@9 fell back: fair is broken") and served.status[1].endswith(
        "UTC; it answers nothing until somebody ends that: shall responses --end loans@9 fair --why REASON")
    served.close()


def test_nobody_to_fall_back_to(tmp_path: Path) -> None:
    """What cannot fall back abstains: that is an answer, and its log goes on."""
    pack(tmp_path / "7.zip", "7", spec("fall back"))
    (tmp_path / "serve.toml").write_text(SERVE.replace(', 8 = "8.zip", 9 = "9.zip"', ""))
    served = serving(tmp_path / "serve.toml")
    served.respond("loans", "7", [alarm()])
    answer = ask(served)
    assert (answer.decision, answer.abstained, answer.code) == (None, True, "alarm") and answer.score is not None
    assert served.service.models()[0].ready and "no other version" in served.status[0]
    served.close()
    assert logged(tmp_path)["code"].to_pylist() == ["alarm"]


def test_abstain_for_the_slice(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "abstain")
    before = served.service.fleets["loans"].lanes["7"].version
    served.respond("loans", "7", [alarm()])
    rows: list[tuple[dict[str, Any], str]] = [
        ({"sex": "F", "region": "north"}, "alarm"), ({"sex": "M", "region": "north"}, "answered"),
        ({"sex": "F", "region": "south"}, "answered"), ({"sex": None, "region": "north"}, "answered"),
        ({}, "answered")]
    assert [ask(served, row).code for row, _ in rows] == [code for _, code in rows]
    held = ask(served, rows[0][0])
    assert held.decision is None and "fair is broken" in held.why and held.score is not None
    (told,) = served.status
    assert told.startswith("loans: loans@7 abstains from rows with sex = 'F' and region = 'north': fair is broken of "
                           f"{ABOUT}, since 20")
    assert told.endswith("; it does so until somebody ends that: shall responses --end loans@7 fair --why REASON")
    assert end("loans@7", "fair", "mended", store=str(tmp_path / "shall.db"))
    assert served.refresh() and ask(served, rows[0][0]).code == "answered"
    assert type(served.service.fleets["loans"].lanes["7"].version) is type(before)      # and it costs nothing again
    served.close()
    assert logged(tmp_path)["code"].to_pylist().count("alarm") == 2


def test_a_canary_that_falls_back_gives_its_share_to_the_one_in_charge(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "fall back", serve=SERVE + 'canary = { 8 = "100%" }\n')
    assert ask(served).model == "loans@8"
    served.respond("loans", "8", [alarm()])
    assert ask(served).model == "loans@7"
    served.close()


def test_responses_are_taken_while_the_store_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = of_ways(tmp_path, "fall back", "alert")
    (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
    assert served.refresh()

    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        for name in ("append", "records", "latest"):
            patched.setattr(type(served.store), name, broken)
        assert len(served.respond("loans", "8", [alarm()])) == 2
        assert ask(served).model == "loans@7"
        assert not served.refresh() and served.problem == "the disk is full" and ask(served).model == "loans@7"
        assert "2 responses to alarms are not recorded yet" in served.status[-1]
    assert served.refresh() and ask(served).model == "loans@7" and "not recorded" not in " ".join(served.status)
    assert len(responses(str(tmp_path / "shall.db"))) == 2
    served.close()


def test_without_a_store_it_stands_until_the_end(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "stop", serve=SERVE.replace('store = "shall.db"\n', ""))
    served.respond("loans", "7", [alarm()])
    with pytest.raises(Stopped):
        ask(served)
    label(served, *())
    assert "there is no store" in served.status[-1]
    (tmp_path / "serve.toml").write_text(SERVE.replace('store = "shall.db"\n', "") + "# more\n")
    assert served.refresh()
    with pytest.raises(Stopped):
        ask(served)
    served.close()


def trained(folder: Path, place: Path, version: str = "10") -> None:
    with closing(open_store(folder / "shall.db")) as store:
        store.append(RETRAINED, "loans@7", {"found": True, "version": version, "place": str(place), "rows": 500,
                                            "why": "", "alarm": "fair 7"}, key="fair 7")


def test_what_was_trained_again_is_put_beside(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "alert")
    pack(tmp_path / "10.zip", "10")
    trained(tmp_path, tmp_path / "10.zip")
    assert served.refresh() and served.service.models()[0].modes["10"] == "apprentice"
    assert "loans@7 was trained again: loans@10" in served.status[0]
    ask(served)
    assert ask(served).model == "loans@7" and len(logged(tmp_path, "compared/loans@10")) == 2
    (tmp_path / "serve.toml").write_text(SERVE.replace("8 =", f'10 = "{tmp_path / "10.zip"}", 8 =').replace(
        'in_charge = "7"', 'in_charge = "10"'))
    assert served.refresh() and ask(served).model == "loans@10" and served.status == []
    served.close()


def test_what_was_trained_again_and_does_not_verify_is_told(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "alert")
    (tmp_path / "10.zip").write_bytes(b"PK")
    trained(tmp_path, tmp_path / "10.zip")
    assert served.refresh() and "10" not in served.service.models()[0].modes and "is not beside" in served.status[0]
    pack(tmp_path / "10.zip", "10")
    assert served.refresh() and served.service.models()[0].modes["10"] == "apprentice"
    (tmp_path / "serve.toml").write_text(SERVE + 'apprentice = "9"\n')
    assert served.refresh() and "10" not in served.service.models()[0].modes
    assert "in place of 9" in served.status[0]
    served.close()


def test_what_was_trained_again_under_the_version_of_another_bundle_is_told(tmp_path: Path) -> None:
    """It may be listed by now under whatever version: then there is nothing to tell."""
    served = of_ways(tmp_path, "alert")
    pack(tmp_path / "new.zip", "8", threshold=0.4)
    trained(tmp_path, tmp_path / "new.zip", "8")
    assert served.refresh() and served.service.models()[0].modes["8"] == "idle"
    (note,) = served.status
    assert "new.zip, meets its requirements; 8 is another bundle here, so it is not beside: list it as 10" in note
    (tmp_path / "serve.toml").write_text(SERVE.replace("8 =", '10 = "new.zip", 8 ='))
    assert served.refresh() and served.status == [] and served.service.models()[0].modes["10"] == "idle"
    served.close()


@pytest.mark.slow
def test_a_server_trains_again_by_itself(tmp_path: Path) -> None:
    """In a process of its own: the server answers meanwhile, and finds the apprentice by the store."""
    served = retraining.logged(tmp_path, spec=retraining.SPEC.replace(
        'right = "accuracy >= 0.8"\n', '').replace("[build]", '[requirements.right]\nthat = "accuracy >= 0.8"\n'
                                                            'on_broken = ["alert", "retrain"]\n[build]'))
    found = served.respond("loans", "7", [Alarm("right", "accuracy >= 0.8", 700, "", "w", "all rows")])
    assert "trained again beside the server" in found[1].did and served.trainer.runs
    served.close()
    again = serving(tmp_path / "serve.toml")        # the one that was asked is gone: what it began goes on
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and (     # it records what it made, and ends then
            again.service.models()[0].modes.get("8") != "apprentice" or again.trainer.runs):
        again.refresh()
        time.sleep(0.2)
    assert again.service.models()[0].modes == {"7": "live", "8": "apprentice"}, (
        tmp_path / "retrained" / "retrain.log").read_text()
    assert not again.trainer.runs
    again.close()


def test_what_does_not_stand_cannot_be_ended(tmp_path: Path) -> None:
    served = of_ways(tmp_path, "stop")
    served.respond("loans", "7", [alarm()])
    store = str(tmp_path / "shall.db")
    with pytest.raises(InputError, match="there is loans@7 fair"):
        end("loans@8", "fair", "mended", store=store)
    with pytest.raises(InputError, match="say what has changed since"):
        end("loans@7", "fair", " ", store=store)
    assert [one.key for one in responses(store)] == ["fair 7 stop"]
    served.close()
