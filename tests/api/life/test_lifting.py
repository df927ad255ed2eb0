"""What a person ends: by name, and where keys are trusted by signature."""

from __future__ import annotations

from pathlib import Path

import pytest

import shall
from shall import bundle
from shall.api.life.lifting import ENDERS, end, listed
from shall.api.service.bundled import Bundles
from shall.api.service.in_service import _enders
from shall.api.service.serving import Serving, serving
from shall.api.shown.evidence import NO_END, Evidence
from shall.api.verifying import new_key, trusted
from shall.bundle.keys import public
from shall.core.errors import InputError
from shall.core.responses import RESPONSE
from tests.api.life.test_responding import LINE, alarm, of_ways, spec
from tests.api.packed import SERVE, pack
from tests.bundle.made import FILE, parts


def modes(served: Serving) -> str:
    served.refresh()
    return served.service.models()[0].modes["7"]


def test_who_trusts_nobody_takes_the_word_of_anybody(tmp_path: Path) -> None:
    served, store = of_ways(tmp_path, "stop"), str(tmp_path / "shall.db")
    served.respond("loans", "7", [alarm()])
    (done,) = end("loans@7", "fair", "mended", by="ana", store=store).responses
    record = served.store.latest(RESPONSE)
    assert record.body == {"response": "", "name": "fair", "ended": True, "why": "mended", "by": "ana",
                           "ways": ["stop"], "of": done.sequence} and record.created
    assert modes(served) == "live"
    served.close()


def test_a_server_that_trusts_keys_goes_on_with_what_none_of_them_ended(tmp_path: Path) -> None:
    """Here that of the regulator whom the shall file of the bundle names."""
    (own, _, text), (other, _, foreign) = new_key(tmp_path / "regulator"), new_key(tmp_path / "other")
    pack(tmp_path / "7.zip", "7", spec("stop") + f'[trust]\nregulator = "{text}"\n')
    (tmp_path / "serve.toml").write_text(SERVE.replace(', 8 = "8.zip", 9 = "9.zip"', ""))
    served, store = serving(tmp_path / "serve.toml"), str(tmp_path / "shall.db")
    shown = Evidence(served.store, ends=served.enforcing.ends)
    served.respond("loans", "7", [alarm()])
    for key in (None, other):
        lacks = end("loans@7", "fair", "mended", by="ana", key=key, store=store).lacks
        assert f"and the regulator's key {text} has to sign it" in lacks
        shown.refresh()
        assert modes(served) == "stopped" and [one.way for one in shown.model("loans").responses] == ["stop"]
        assert shown.life("loans")[-1].words == f"What was done about fair (stop) was ended by ana: mended. {NO_END}"
        (told,) = (one for one in served.status if "does not count" in one)
        assert told.startswith("loans@7: fair was ended by ana on ") and told.endswith(lacks)
        ((stands, tried),) = listed(store)
        assert stands.way == "stop" and tried[-1].lacks == lacks
    assert [one.key for one in tried] == ["", foreign]
    right = end("loans@7", "fair", "mended", key=own, store=store)
    (done,) = right.responses
    assert not right.lacks and not listed(store)
    shown.refresh()
    assert done.way == "stop" and modes(served) == "live" and shown.model("loans").responses == []
    with pytest.raises(InputError, match="nothing stands"):
        end("loans@7", "fair", "mended", key=own, store=store)
    served.respond("loans", "7", [alarm(row=9)])
    signed = served.store.records(RESPONSE)[-2]
    served.store.append(RESPONSE, "loans@7", signed.body)           # the old one once more
    assert modes(served) == "stopped"
    served.store.append(RESPONSE, "loans@7", signed.body | {"of": served.store.latest(RESPONSE).sequence})
    assert modes(served) == "stopped"
    served.close()


def test_users_and_regulators_that_a_server_trusts_may_end_it(tmp_path: Path) -> None:
    keys = {role: new_key(tmp_path / role)[1] for role in ("user", "producer", "regulator")}
    trust = trusted({role: [str(key)] for role, key in keys.items()})
    pack(tmp_path / "7.zip", "7")
    found = {"7": Bundles().at(str(tmp_path / "7.zip"))}
    assert _enders(found, Bundles(trust)) == {
        "7": tuple((role, public(str(keys[role]))) for role in ("user", "regulator"))}
    assert _enders(found, Bundles()) == {"7": ()}


def test_whom_a_server_trusts_by_now_counts_wherever_it_is_asked(tmp_path: Path) -> None:
    """Also for what was done, and ended, before it said so; and when it says nothing of that any more."""
    (own, _, text), (other, _, _) = new_key(tmp_path / "user"), new_key(tmp_path / "other")
    stop = f'[requirements.fair]\nthat = "{LINE}"\non_broken = "stop"\n'
    wanted = FILE.replace("[requirements]\n", "[groups]\nsex = \"sex\"\n[requirements]\n") + stop
    place = bundle.write(parts(file=wanted), {"subject": "loans", "version": "7"}, tmp_path / "7.zip")
    shall.sign(place, own, "user")
    plain, file = SERVE.replace(', 8 = "8.zip", 9 = "9.zip"', ""), tmp_path / "serve.toml"
    file.write_text(plain)
    served, store = serving(file), str(tmp_path / "shall.db")
    inside, beside = Evidence(served.store, ends=served.enforcing.ends), Evidence(served.store)

    def stands() -> bool:
        """By the server, the list and the page, inside a server and beside it: all say the same."""
        found = {modes(served) == "stopped", bool(listed(store))}
        for one in (inside, beside):
            one.refresh()
            found.add(bool(one.model("loans").responses))
            assert [told.words.endswith(NO_END) for told in one.life("loans")
                    if "was ended by ana" in told.words] == [bool(found == {True})] * tried
        (both,) = found
        return both

    tried = 0
    served.respond("loans", "7", [alarm()])
    assert stands() and served.store.latest(ENDERS) is None
    assert not end("loans@7", "fair", "mended", by="ana", store=store).lacks
    tried = 1
    assert not stands()
    file.write_text(f'{plain}[trust]\nuser = "{text}"\n')
    assert stands()
    ((_, ends),) = listed(store)
    assert ends[0].lacks == f"nobody signed it, and the user's key {text} has to sign it"
    assert f"its key is not trusted, and the user's key {text}" in end(
        "loans@7", "fair", "mended", by="ana", key=other, store=store).lacks
    tried = 2
    assert stands()
    file.write_text(plain)                                          # whoever removes that ends nothing by it
    assert stands() and "the user's key" in end("loans@7", "fair", "mended", by="ana", store=store).lacks
    tried = 3
    assert stands() and len(served.store.records(ENDERS, "loans@7")) == 1
    assert not end("loans@7", "fair", "mended", by="ben", key=own, store=store).lacks
    assert not served.refresh() or modes(served) == "live"
    assert not listed(store)
    served.close()
