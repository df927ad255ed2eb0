"""Slices, rows, versions, the graph and the readiness of data: what each view says, and to whom."""

from __future__ import annotations

import shlex
import time
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.api.shown.comparing import sides
from shall.core.requirement import Requirement
from shall.http import tokens as making
from shall.http.token_table import ROLES
from shall.page import addresses, proposed
from shall.reports._layout import safe
from shall.spec import load
from shall.stores.sqlite import open_store
from tests.page import drilled
from tests.page.read import Page
from tests.reports.hostile import NAMES

MODEL = "/page/models/loans"
OLD_WOMEN = "sex = 'women' and years >= 50"
FORM = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drilled.folder_of(tmp_path_factory.mktemp("deeper"))


@pytest.fixture(scope="module")
def get(folder):
    with drilled.showing(folder) as client:
        yield client


def read(client, path, status=200, headers=()):
    reply = client("GET", path, [drilled.HTML, *headers])
    text = reply.body.decode()
    assert reply.status == status, text[-800:]
    page = Page(text)
    assert page.faults() == []
    return page


def at(tab, **query):
    return f"{MODEL}/{tab}?{urlencode(query)}"


def settled(client, path, words, seconds=90):
    """A page as it is once what it waits for is done: it waits itself, a tenth of a second each time it is asked."""
    end = time.monotonic() + seconds
    while words in (page := read(client, path)).text:
        assert time.monotonic() < end, page.text
    return page


def test_a_requirement_in_all_rows_and_by_each_group(get):
    page = read(get, at("slices", requirement="fair"))
    assert "ratio of selection_rate over sex >= 0.80" in page.text
    for words in ("By sex", "By band", "By region", "women", "50 and over", "Saved", "From the counts that"):
        assert words in page.text or words == "Saved"
    assert at("slices", requirement="fair", where="region = 2") in page.values("href")


def test_a_requirement_leads_into_its_slices(get):
    page = read(get, f"{MODEL}/requirements/fair")
    assert at("slices", requirement="fair") in page.values("href") and "Look into slices" in page.text


def test_a_click_leads_into_a_slice_and_out_again(get):
    page = read(get, at("slices", requirement="right", where=OLD_WOMEN))
    assert f"accuracy >= 0.60 where {OLD_WOMEN}" in page.text and "less than in all other rows" in page.text
    assert "surely different" in page.text and "By region" in page.text and "By band" not in page.text
    out = at("slices", requirement="right", where="years >= 50")
    assert out in page.values("href") and at("slices", requirement="right") in page.values("href")
    assert at("rows", requirement="right", where=OLD_WOMEN) in page.values("href")


def test_the_worst_slices_are_found_by_themselves(get):
    page = settled(get, at("slices", requirement="right"), "is being looked at")
    where = [unescape(one) for one in page.values("href") if "where=" in one and "years" in one and "sex" in one]
    assert where and "surely worse" in page.text
    assert "sure" in read(get, where[0]).text


def test_what_is_asked_wrongly_is_told(get):
    assert "There is no column nothing; there are: " in read(get, at("slices", where="nothing = 1"), 422).text
    for tab in ("slices", "rows"):
        text = read(get, at(tab, requirement="right", where="yeers >= 50"), 422).text
        assert "no column yeers; did you mean years?" in text, tab
    assert "Expected a value" in read(get, at("slices", where="sex ="), 422).text
    page = read(get, at("slices", where="sex = women"), 422)
    assert "Expected a value, found the name women. In the line that you wrote, at character 7." in page.text
    assert "What to do: Text stands in single quotes: 'women'." in page.text and "nothing was changed" not in page.text
    assert "at most 2,000" in get("GET", at("slices", where="a" * 3_000), [drilled.HTML]).body.decode()
    read(get, at("slices", requirement="never"), 404)
    read(get, "/page/models/nobody/slices", 404)


def test_a_slice_becomes_a_requirement_by_one_click(tmp_path, monkeypatch):
    monkeypatch.setattr(proposed, "PATIENCE", 60.0)         # a busy machine gets more time than a person
    folder = drilled.folder_of(tmp_path, versions=False)
    with drilled.showing(folder) as client:
        page = read(client, at("slices", requirement="right", where=OLD_WOMEN))
        fields = {name: next(values[index] for index, key in enumerate(keys) if key == name)
                  for keys, values in [inputs_of(page)] for name in ("csrf", "requirement", "line", "why")}
        assert fields["requirement"] == "accuracy_where_sex_women_years_from_50"
        assert fields["line"] == f"accuracy >= 0.60 where {OLD_WOMEN}" and "found as a slice" in fields["why"]
        assert f"{MODEL}/propose" in page.values("action")
        reply = client("POST", f"{MODEL}/propose", [FORM, drilled.HTML], urlencode(fields).encode())
        assert (reply.status, reply.headers[b"location"]) == (303, f"{MODEL}/edit?proposed=4".encode())
        edit = Page(client("GET", f"{MODEL}/edit", [drilled.HTML]).body.decode())
        assert fields["line"] in edit.text and "On the rows of the newest check it would be ✗ broken: 0.4" in edit.text
        again = read(client, at("slices", requirement="right", where=OLD_WOMEN))
        assert "This very line is required already, or proposed: accuracy_where_sex_women" in again.text
        keys, values = inputs_of(edit)
        sign = urlencode({"csrf": fields["csrf"], "number": values[keys.index("number")]}).encode()
        assert client("POST", f"{MODEL}/sign", [FORM, drilled.HTML], sign).status == 303
        assert fields["line"] in read(client, at("slices", requirement="accuracy_where_sex_women_years_from_50")).text
    text = (folder / "shall.toml").read_text()
    assert "# never seen" in text and "# who asks" in text, "comments are kept"
    line = next(one for one in load(folder / "shall.toml").requirements if one.name == fields["requirement"])
    assert str(Requirement.parse(str(line))) == fields["line"]
    assert str(shall.check(folder / "shall.toml", folder / "gate.parquet", record=False).verdict) == "broken"


def inputs_of(page):
    """Names and values of all inputs, in order."""
    keys, values, one = [], [], {}
    for tag, name, value in page.attributes:
        if tag == "input":
            one[name] = value
            if {"name", "value"} <= one.keys():
                keys.append(one.pop("name"))
                values.append(one.pop("value"))
                one = {}
    return keys, values


def test_a_slice_gets_a_name_and_loses_it(tmp_path):
    folder = drilled.folder_of(tmp_path, versions=False)
    with drilled.showing(folder) as client:
        keys, values = inputs_of(read(client, at("slices", requirement="right", where=OLD_WOMEN)))
        word = values[keys.index("csrf")]

        def send(**fields):
            body = urlencode({"csrf": word, "requirement": "right", **fields}).encode()
            return client("POST", f"{MODEL}/subset", [FORM, drilled.HTML], body)

        reply = send(subset="old women", where=OLD_WOMEN)
        assert reply.status == 303 and reply.headers[b"location"].endswith(b"#saved")
        page = read(client, at("slices", requirement="fair"))
        assert "old women" in page.text and at("slices", requirement="fair", where=OLD_WOMEN) in page.values("href")
        assert send(subset="", where=OLD_WOMEN).status == 422 and send(subset="x", where="sex =").status == 422
        assert send(subset="old women", drop="yes").status == 303
        assert "old women" not in read(client, at("slices", requirement="fair")).text


def test_rows_behind_a_slice_a_page_at_a_time(get):
    page = read(get, at("rows", requirement="right", where=OLD_WOMEN))
    table = drilled.log_of().to_pandas()
    mine = table[(table.sex == "women") & (table.years >= 50)]
    assert f"{len(mine):,} of {drilled.ROWS:,} rows" in page.text and f"Rows 1 to 50 of {len(mine)}" in page.text
    assert page.tags["tr"] == 51
    later = next(one for one in page.values("href") if "first=50" in one)
    assert "Rows 51 to 100" in read(get, later).text
    most = read(get, at("rows", requirement="right", most="9999"))
    assert most.tags["tr"] == 201, "never more than 200"
    assert "There are no rows here" in read(get, at("rows", requirement="right", first="99999")).text
    read(get, at("rows", requirement="right", first="-1"), 422)


def test_the_nearest_neighbours_of_a_row_by_features_and_by_an_embedding(get):
    page = read(get, at("rows", requirement="right", near="7"))
    assert "Row 8 and its neighbours" in page.text and page.tags["tr"] == 22
    assert "Nearest by the embedding seen" in read(get, at("rows", requirement="right", near="7", by="seen")).text
    read(get, at("rows", requirement="right", near="7", by="sex"), 422)
    read(get, at("rows", requirement="right", near="99999"), 422)


def test_two_versions_side_by_side(get):
    page = settled(get, at("compare", a="1", b="2"), " …")
    for words in ("Version 1 and Version 2", "Verdict by verdict", "Group by group", "Row by row",
                  "right before, wrong after", "sex = women", "bounds of the change"):
        assert words in page.text
    same = settled(get, at("compare", a="2", b="2"), "being compared")
    assert "No verdict has turned" in same.text and "Both are the same bundle" in same.text
    assert "Not the same rows" not in page.text


def test_the_graph_with_one_decision_in_it(get):
    page = read(get, at("graph", version="1", row="12"))
    assert "Version 1 as a graph" in page.text and page.tags["path"] > 10
    row = drilled.log_of().slice(11, 1).to_pylist()[0]
    assert f"{row['pay']:.4g}" in page.text and "What the graph says" in page.text
    typed = read(get, MODEL + "/graph?version=1&" + urlencode({"in.pay": "-3", "in.age": "20", "in.city": "Ulm"}))
    assert "decisionno" in typed.text.replace(" ", "") and "lowers the score" in typed.text
    read(get, MODEL + "/graph?" + urlencode({"in.pay": "much"}), 422)
    read(get, at("graph", row="99999"), 422)


def test_the_readiness_of_the_data(get):
    page = settled(get, f"{MODEL}/data", "are being looked at")
    assert "Readiness of the data" in page.text and f"{drilled.TRAIN} training rows" in page.text


def test_a_slice_of_one_group_says_what_it_is_and_where_its_limit_comes_from(get):
    page = read(get, at("slices", requirement="fair", where="sex = 'women'"))
    assert "selection_rate where sex = 'women'Value 0." in page.text and "No value" not in page.text
    assert "is undecided in this slice (only one group has a value" in page.text
    assert "is only proposed: it is selection_rate of all rows, 0." in page.text
    assert "as of one pair of groups that was chosen beforehand" in page.text
    assert "The limit is that of right" in read(get, at("slices", requirement="right", where=OLD_WOMEN)).text
    assert "has no value in it" in read(get, at("slices", requirement="right", where="sex = 'nobody'")).text


def test_only_a_figure_of_a_record_is_said_to_be_one(get):
    said, where = "Each figure here is the one in the record", "years >= 50"
    for path in (at("slices", requirement="fair"), at("slices", requirement="fair", where=where), f"{MODEL}/data",
                 at("rows", requirement="right"), at("graph", version="1"), at("compare", a="1", b="2")):
        assert said not in read(get, path).text, path
    assert "every other figure here is worked out" in read(get, at("slices", requirement="fair")).text
    assert said in read(get, MODEL).text and said in read(get, f"{MODEL}/requirements/fair").text


def test_which_of_several_checks_it_is(tmp_path):
    folder = drilled.folder_of(tmp_path, versions=False)
    pq.write_table(drilled.log_of(seed=8), folder / "other.parquet")
    (folder / "shall.toml").write_text(drilled.SPEC.replace('fair = "ratio', 'fairer = "ratio'))
    shall.check(folder / "shall.toml", folder / "other.parquet")
    with drilled.showing(folder) as client:
        new = read(client, at("slices", requirement="right"))
        assert "(other.parquet, " in new.text and "; the newest, choose another under Of)" in new.text
        assert "Counted" not in new.text and "counted in the rows" not in new.text, "those at hand are of another log"
        options = [value for tag, key, value in new.attributes if tag == "option" and key == "value"]
        older = next(one for one, words in zip(options, new.options, strict=True) if "gate.parquet" in words)
        old = read(client, at("slices", requirement="right", where="region = 2", of=older))
        assert "(gate.parquet, " in old.text and "there is a newer one" in old.text
        newer = next(one for one in options if one.isdecimal() and one != older)
        assert at("slices", requirement="right", where="region = 2", of=newer) in old.values("href")
        page = read(client, at("slices", requirement="right", where="region = 2"))
        assert "which counted the rows at hand" in page.text and "The rows behind this slice" not in page.text
        assert at("slices", requirement="right", where="region = 2", of=older) in page.values("href")
        kept = read(client, at("slices", requirement="fair"))
        assert "there is a newer one" in kept.text and "fair in slices" in kept.text, "the newest check that asked it"
        moved = read(client, at("slices", requirement="fair", of=newer), 422)
        assert "fair was not asked there; this is right" in moved.text and "right in slices" in moved.text
        assert "Not the same rows: " in read(client, at("compare", a=older, b=newer)).text


def test_slices_start_from_the_version_in_charge(tmp_path):
    folder = drilled.folder_of(tmp_path, versions=False)
    for number, weight in (("1", 1.0), ("2", 0.6)):
        shall.ship(drilled.graph_of(weight), folder / "shall.toml", folder / f"v{number}")
    with open_store(folder / ".shall" / "shall.db") as store:
        store.append("in charge", "loans", {"version": "1", "digest": "1" * 64})
        newer, own, _ = (one.key for one in sides(store, "loans"))
    with drilled.showing(folder) as client:
        page = read(client, at("slices", requirement="right"))
        newest = "there is a newer one, of version 2, which is not in charge)"
        assert f", of version 1, which is in charge; {newest}" in page.text
        assert at("slices", requirement="right", of=newer) in page.values("href")
        assert f"/page/records/{own}" in page.values("href"), "as the newest verdict that counts"
        assert f"/page/records/{own}" in read(client, f"{MODEL}/requirements/right").values("href")
        page = read(client, at("slices", requirement="right", of=newer))
        assert ", of version 2, which is not in charge; the newest, choose another under Of)" in page.text


def test_from_the_store_alone(folder):
    with drilled.showing(folder, rows=False) as client:
        page = read(client, at("slices", requirement="fair", where="sex = 'men'"))
        assert "no row was read" in page.text and "selection_rate" in page.text
        assert "shall propose selection_rate_where_sex_men \"selection_rate >= 0." in page.text
        page = read(client, at("slices", requirement="right", where="region = 1"))
        assert page.text.count("do not hold this") == 1 and "From the counts" not in page.text, "it is said once"
        file, rows = (shlex.quote(str(folder / name)) for name in ("shall.toml", "gate.parquet"))
        assert f"shall page --file {file} --data {rows}" in page.text
        assert "all rows, and by sex, band" in page.text and "No requirement can be made of this slice" in page.text
        page = read(client, at("slices", requirement="fair"))
        assert "By region: the counts that this check kept do not hold this" in page.text
        assert page.text.count("do not hold this") == 1 and "The worst slices" not in page.text
        read(client, at("rows", requirement="right"), 404)
        assert "Row by row" in settled(client, at("compare", a="1", b="2"), "being compared").text
        assert "Version 2 as a graph" in read(client, f"{MODEL}/graph").text
        assert "No training rows are at hand" in read(client, f"{MODEL}/data").text


def test_rows_whose_labels_came_later(tmp_path, monkeypatch):
    """The page names them, takes them, and says what a proposal would be found to be on them."""
    monkeypatch.setattr(proposed, "PATIENCE", 60.0)
    folder = drilled.folder_of(tmp_path, versions=False)
    rows = pq.read_table(folder / "gate.parquet")
    pq.write_table(rows.drop_columns("paid"), folder / "log.parquet")
    pq.write_table(rows.select(["id", "paid"]), folder / "labels.parquet")
    log, labels = str(folder / "log.parquet"), str(folder / "labels.parquet")
    shall.check(folder / "shall.toml", log, labels=labels)
    asked = at("slices", requirement="right", where="region = 1")
    with drilled.showing(folder, rows=False) as client:
        assert f"--data {shlex.quote(str(log))} --labels {shlex.quote(str(labels))}" in read(client, asked).text
    with drilled.showing(folder, data=log, labels=labels) as client:
        page = read(client, asked)
        assert "counted in the rows of the same log" in page.text and "shall page" not in page.text
    pq.write_table(rows.drop_columns("paid").slice(0, 1_000), folder / "few.parquet")
    with drilled.showing(folder, data=str(folder / "few.parquet"), labels=labels) as client:
        page = read(client, at("edit", requirement="north", line="precision >= 0.1 where region = 1"))
        assert "On the rows at hand it would be ✓ met" in page.text and "--data ROWS" not in page.text


def test_what_each_role_may_see(tmp_path):
    spec = drilled.SPEC + "[trust]\nsmallest_cell = 60\n"
    folder = drilled.folder_of(tmp_path, spec, versions=False)
    keys = {role: (b"authorization", f"Bearer {making.new(folder / 'tokens.toml', role, role)[0]}".encode())
            for role in ROLES}
    with drilled.showing(folder, tokens=folder / "tokens.toml") as client:
        for role, key in keys.items():
            allowed = role in ("reviewer", "producer", "regulator")
            page = read(client, at("slices", requirement="right", where="years >= 50"), headers=[key])
            assert ("The rows behind this slice" in page.text) is allowed
            assert ("Make this a requirement" in page.text) is (role in ("producer", "regulator"))
            assert ("A producer or a regulator can make this" in page.text) is (role not in ("producer", "regulator"))
            rows = client("GET", at("rows", requirement="right"), [drilled.HTML, key])
            assert rows.status == (200 if allowed else 403)
            told = read(client, at("slices", requirement="fair"), headers=[key])
            assert "fewer than 60 rows here or beside it: not shown" in told.text and "(missing)" in told.text
            small = read(client, at("slices", requirement="fair", where="sex is missing"), headers=[key])
            assert "fewer than 60 rows" in small.text and "Make something" not in small.text
            if allowed:
                hidden = read(client, at("rows", requirement="right", where="sex is missing"), headers=[key])
                assert hidden.tags["table"] == 0
            assert ("findings tell of single rows" in read(client, f"{MODEL}/data", headers=[key]).text) is not allowed
    with drilled.showing(folder, rows=False, tokens=folder / "tokens.toml") as client:
        alone = read(client, at("slices", requirement="right", where="region = 1"), headers=[keys["viewer"]])
        assert "whoever runs this page starts it" in alone.text and str(folder) not in alone.text, "a path is no news"
    with drilled.showing(folder, tokens=folder / "tokens.toml") as client:
        for path, body in (("propose", b"requirement=x&line=accuracy&why=y"), ("subset", b"subset=x&where=sex+%3D+1")):
            for role in ("viewer", "user", "reviewer"):
                assert client("POST", f"{MODEL}/{path}", [FORM, drilled.HTML, keys[role]], body).status == 403


@pytest.mark.parametrize(("view", "keys"), [
    ("slices", ("requirement", "where")), ("rows", ("where", "by", "near", "first")), ("compare", ("a",)),
    ("graph", ("version", "in.city", "in.pay", "row"))])
def test_nothing_that_anybody_asks_for_is_more_than_a_text(get, view, keys):
    for place, name in enumerate(NAMES[::5]):
        asked = quote(name.encode("utf-8", "backslashreplace")[:1_500])
        for key in (keys[place % len(keys)],):
            reply = get("GET", f"{MODEL}/{view}?{key}={asked}", [drilled.HTML])
            assert reply.status in (200, 400, 404, 422)
            if b"text/html" in reply.headers.get(b"content-type", b""):
                assert Page(reply.body.decode()).faults() == []


def test_nothing_that_a_log_says_is_more_than_a_text(tmp_path):
    names = [safe(name) for name in NAMES[:60] if safe(name).strip()]
    table = drilled.log_of()
    cities = pa.array([names[place % len(names)] for place in range(len(table))])
    table = table.set_column(table.schema.get_field_index("sex"), "sex", cities)
    table = table.append_column("<b onclick=alert(1)>\"'`&", cities)
    pq.write_table(table, tmp_path / "gate.parquet")
    (tmp_path / "shall.toml").write_text(drilled.SPEC)
    shall.check(tmp_path / "shall.toml", tmp_path / "gate.parquet")
    with drilled.showing(tmp_path) as client:
        page = read(client, at("slices", requirement="fair"))
        links = [one for one in page.values("href") if "where=" in one]
        assert len(links) > 20
        for link in links[::4]:
            read(client, link)
        rows = read(client, at("rows", requirement="right"))
        assert "<b onclick=alert(1)>" in rows.text
        read(client, at("rows", requirement="right", near="1"))
        settled(client, at("slices", requirement="right"), "is being looked at")
        assert addresses.model("loans", tab="slices") in rows.values("href")
