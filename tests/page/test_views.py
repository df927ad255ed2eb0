"""Every view: what it says, and that nothing anybody called anything is more than a text on it."""

from __future__ import annotations

import contextlib

import pytest

from shall.api.shown.evidence import Evidence
from shall.core import recalls
from shall.page import addresses, overview
from shall.page.site import Site
from shall.reports import json
from shall.reports._layout import safe
from shall.stores.sqlite import open_store
from tests.http import served
from tests.page import made
from tests.page.read import Page
from tests.reports.hostile import NAMES

HTML = (b"accept", b"text/html")


@contextlib.contextmanager
def shown(folder, store):
    """What a browser on this machine is shown of a store, by address."""
    service = served.service(folder)
    client = served.Client(served.app(service, site=Site(Evidence(store))))

    def get(path):
        reply = client("GET", path, [HTML])
        return reply.status, reply.body.decode()
    try:
        yield get
    finally:
        client.close()
        served.close(service)


@pytest.fixture(scope="module")
def get(tmp_path_factory):
    folder = tmp_path_factory.mktemp("views")
    with made.store_at(folder / "shall.db") as store, shown(folder, store) as asking:
        yield asking


def page(get, path, status=200):
    found, text = get(path)
    assert found == status, text[:2_000]
    read = Page(text)
    assert read.faults() == [] and len(text) < 2_000_000
    return read


def test_an_empty_store_says_what_will_be_there(tmp_path):
    with open_store(tmp_path / "shall.db") as store, shown(tmp_path, store) as get:
        for path, told in (("/page", "Nothing is recorded yet. Next: shall check"),
                           ("/page/live", "Nothing is watched yet. Next: shall watch --follow"),
                           ("/page/review", "No log of decisions lies beside this page. Next: shall serve"),
                           ("/page/trail", "stand here. Next: shall propose NAME")):
            assert told in page(get, path).text
        store.append("approval", "income", {"by": "ana"})
        for tab, verb in (("slices", "check"), ("compare", "check"), ("versions", "ship"), ("graph", "ship"),
                          ("data", "build")):
            assert f"Next: shall {verb}" in page(get, f"/page/models/income/{tab}").text
        assert "No requirement was judged yet. Next: shall check" in page(get, "/page").text
        assert "No alarm stands" in page(get, "/page/live").text
        page(get, "/page/models/nobody", 404)
        store.append("alarm", "income", {"name": "fair", "line": "fair", "row": 1, "at": "", "window": "w"})
        read = page(get, "/page/live").text
        assert "No window has been judged yet" in read and "Nothing is watched" not in read


def test_the_overview_has_every_model_at_a_glance(get):
    read = page(get, "/page")
    for said in ("1 model", "1 requirement in alarm", "1 recalled version", "income", "version 7 answers",
                 "version 6 recalled", "Rows of women are not answered.", "12 windows judged", "What needs attention"):
        assert said in read.text, said
    for name in ("useful", "fair", "equal", "sure"):
        assert addresses.requirement("income", name) in read.values("href")


def test_who_types_the_address_of_the_server_finds_the_page(tmp_path):
    service = served.service(tmp_path)
    client = served.Client(served.app(service))
    asked = client("GET", "/", [HTML])
    assert asked.status == 303 and asked.headers[b"location"] == b"/page" and not asked.body
    assert client("GET", "/").status == 404 == client("GET", "/other", [HTML]).status
    client.close()
    served.close(service)


def test_the_life_of_a_model(get):
    read = page(get, "/page/models/income")
    for said in ("Built", "labels of March were swapped", "Alarm of fair", "Packed as version 6.", "Version 7 answers",
                 "A model was found and certified", "Checked:"):
        assert said.lower() in read.text.lower(), said
    assert read.values("aria-current") == ["page"]
    for lane in ("built", "checked", "packed", "answers", "watched", "alarms", "responses", "recalls"):
        assert lane in read.texts
    assert "/page/records/1" in read.values("href")


def test_windows_of_another_size_stand_beside_and_change_nothing_else(tmp_path):
    with made.store_at(tmp_path / "shall.db") as store, shown(tmp_path, store) as get:
        before = [page(get, path).text for path in ("/page", "/page/models/income/requirements/fair")]
        for kind, body, key in made.windows_of(made.watched(), "another life"):
            if kind == "verdicts":
                broken = [{**one, "verdict": "broken"} for one in body["verdicts"]]
                store.append("further verdicts", "income@7", {**body, "verdicts": broken, "size": "900 rows"}, key=key)
        read = page(get, "/page/models/income")
        assert "In service, also by 900 rows" in read.text and "they raise no alarm" in read.text
        assert before == [page(get, path).text for path in ("/page", "/page/models/income/requirements/fair")]


def test_older_events_are_behind_a_link(tmp_path):
    with open_store(tmp_path / "shall.db") as store, shown(tmp_path, store) as get:
        for number in range(450):
            store.append("in charge", "income", {"version": f"v{number}"})
        read = page(get, "/page/models/income")
        assert "450 events" in read.text and "250 older ones" in read.text
        older = next(href for href in read.values("href") if "before=" in href)
        assert "50 older ones" in page(get, older.partition("#")[0]).text
        page(get, "/page/models/income?before=nothing")


def test_a_requirement_over_time_per_group_and_by_phase(get):
    read = page(get, "/page/models/income/requirements/fair")
    verdict = next(one for one in made.watched().windows[-1].verdicts if one.name == "fair")
    for said in ("ratio of selection_rate over sex >= 0.80", "How to mend it", "a mitigation", "Over time", "By phase",
                 "Per group over time", "sex=women", "14 verdicts", "Every verdict", "worst"):
        assert said.lower() in read.text.lower(), said
    assert repr(verdict.deciding.value) in read.values("value"), "every digit is there"
    assert {"build", "check", "watch"} <= {*read.texts}


def test_what_would_settle_an_undecided_one_stands_first(get):
    verdict = next(one for one in made.watched().windows[-1].verdicts if one.name == "useful")
    read = page(get, "/page/models/income/requirements/useful")
    assert verdict.needs and f"What would settle it: {verdict.needs}." in read.text
    assert read.text.count(verdict.needs) == 1


def test_a_line_with_a_reason_says_it(get):
    assert "a wrong yes costs a home" in page(get, "/page/models/income/requirements/sure").text


def test_a_long_course_is_shown_by_pages(tmp_path):
    body = next(body for kind, body, _ in made.windows_of(made.watched()) if kind == "verdicts")
    with open_store(tmp_path / "shall.db") as store, shown(tmp_path, store) as get:
        for number in range(130):
            store.append("verdicts", "income", {**body, "window": f"window {number}"}, key=f"{number}")
        read = page(get, "/page/models/income/requirements/fair")
        assert "60 of 130 verdicts" in read.text and "70 older ones" in read.text
        assert "window 129" in read.text and "window 69" not in read.texts
        older = next(href for href in read.values("href") if "before=" in href)
        read = page(get, older.partition("#")[0])
        assert "window 69" in read.text and "the newest" in read.texts and "10 older ones" in read.text


def test_a_verdict_of_something_else_is_shown_as_far_as_it_goes(tmp_path):
    with open_store(tmp_path / "shall.db") as store, shown(tmp_path, store) as get:
        store.append("verdicts", "income", {"window": "w", "verdicts": [
            {"name": "odd", "verdict": "perhaps", "value": 0.5, "n": 7, "side": ">=", "limit": 0.25}]})
        assert "written by something else" in page(get, "/page/models/income/requirements/odd").text
        assert "perhaps" in page(get, "/page/models/income").text and "perhaps" in page(get, "/page").text
        page(get, "/page/live")


def test_live_says_what_stands_and_can_stand_still(get):
    read = page(get, "/page/live")
    assert "1 requirement in alarm" in read.text and "loaded again every 5 seconds" in read.text
    assert read.values("data-refresh") == ["5"] and read.values("http-equiv") == ["refresh"]
    assert "newest window: rows 5,501 to 6,000, 500 rows" in read.text
    still = page(get, "/page/live?still=1")
    assert still.values("data-refresh") == [] and "It stands still" in still.text


def test_a_record_is_shown_as_it_was_written(get, tmp_path_factory):
    read = page(get, "/page/records/2")
    verdict = made.checked().verdicts[0]
    assert repr(verdict.deciding.value) in read.texts and "Checked:" in read.text
    assert json.of_verdict(verdict)["name"] in read.text and '"shall_report": 1' in read.text


def test_addresses_of_names():
    assert addresses.part("income-7_b") == "income-7_b" and addresses.part("Income") != "Income"
    parts = [addresses.part(name) for name in NAMES]
    assert len({*parts}) == len({*NAMES}) and all(addresses.PLAIN.fullmatch(part) for part in parts)
    asked = addresses.model("a", tab="slices", where="x = 'ü'", none="")
    assert asked == "/page/models/a/slices?where=x+%3D+%27%C3%BC%27"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Every hostile name as a model, a requirement, a group, a window, a reason and whatever else has a name."""
    folder = tmp_path_factory.mktemp("hostile")
    with open_store(folder / "shall.db") as store, shown(folder, store) as get:
        yield get, made.hostile(store)


def test_no_name_is_more_than_a_text(hostile):
    get, kept = hostile
    assert len(kept) >= 200
    read = page(get, "/page")
    said = "".join(read.texts)
    missing = [name for name in kept if safe(name).strip() and len(name) < 100 and safe(name, keep="\n") not in said]
    assert missing == []
    page(get, "/page/live")
    page(get, "/page/models/many")


@pytest.mark.parametrize("part", range(4))
def test_no_name_of_a_requirement_or_a_model_is_more_than_a_text(hostile, part):
    get, kept = hostile
    for name in kept[part::4]:
        read = page(get, addresses.requirement("many", name))
        assert " ".join(safe(name, keep="\n").split())[:90] in read.text
    for name in kept[part::16]:
        page(get, addresses.model(name))
        page(get, addresses.requirement(name, name))


def test_every_record_of_them_is_shown(hostile):
    get, kept = hostile
    for number in range(1, 6 * len(kept), 37):
        page(get, addresses.record(number))


def test_a_fleet_of_models_fits_a_page(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        for number in range(overview.CARDS + 30):
            for kind, body, key in [*made.windows_of(made.watched())][:2]:
                store.append(kind, f"loans-{number:02}@7", body, key=key)
        made.story(store)
        with shown(tmp_path, store) as get:
            for path in ("/page", "/page/live"):
                read = page(get, path)
                assert "31 more models" in read.text, path
                assert all(f"/page/models/loans-{number:02}" in read.values("href")
                           for number in range(overview.CARDS + 30))
                assert read.tags["article"] == overview.CARDS and "income" in read.text


def test_a_recall_ends_who_answers_and_a_lift_by_anybody_lifts_nothing(tmp_path):
    with open_store(tmp_path / "shall.db") as store, shown(tmp_path, store) as get:
        for kind, body in (("in charge", {"version": "7"}), ("recall", recalls.body("wrong", "ana")),
                           ("lifted", recalls.body("mended", "ben"))):
            store.append(kind, "income@7" if kind in recalls.KINDS else "income", body)
        life = page(get, "/page/models/income").text
        assert "Version 7 answers no more: Recalled by ana: wrong" in life and "nothing answers" in life
        assert "lifted by ben: mended. It does not count" in life and "nothing answers" in page(get, "/page").text
        assert "tried to lift the recallincome@7mended. It does not count" in page(get, "/page/trail").text


def test_what_a_packed_version_was_found_with_is_no_state_of_the_one_in_charge(tmp_path):
    with open_store(tmp_path / "shall.db") as store, shown(tmp_path, store) as get:
        made.packed(store, "1", "met", "met")
        made.packed(store, "2", "broken", "met", "undecided")
        read = page(get, "/page")
        assert "judged: version 2" in read.text and "✗ brokenuseful" in read.text and "income2" in read.text
        store.append("in charge", "income", {"version": "1"})
        read = page(get, "/page")
        assert "Every requirement that was judged is met" in read.text and "✗ broken" not in read.text
        life = page(get, "/page/models/income").text
        assert "✗ broken" not in life and "useful1" in life and "checked2Checked: 1 broken" in life
        text = page(get, "/page/models/income/requirements/useful").text
        assert "check of version 1 20" in text and "check of version 2 20" in text, "in the picture"
        assert "1 more on versions that are not in charge" in text
        assert "of version 1, in record 1" in text
        assert "Version 1 is in charge. The newest verdict is of version 2: ✗ broken" in text
        text = page(get, "/page/models/income/requirements/equal").text
        assert "says nothing of the version in charge" in text and "of version 2" in text
        versions = page(get, "/page/models/income/versions").text
        assert "✗ broken useful" in versions and "✓ met useful" in versions
        store.append("in charge", "income", {"version": "3"})
        assert "No verdict on a version in charge is recorded" in page(get, "/page").text
        page(get, "/page/models/income")
        page(get, "/page/live")
