"""Every group value comes back from a browser as it was: through addresses, fields and forms, into the shall file."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlencode

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.core.parse import parse_filter
from shall.page import travel
from shall.spec import load
from tests.page import drilled
from tests.page.read import Page
from tests.reports.hostile import NAMES

FORM = (b"content-type", b"application/x-www-form-urlencoded")
VALUES = ("Bo\nnn", "Bo\r\nnn", "Bo\rnn", "it's", "''", 'say "no"', "back\\slash", r"\u{a}", r"\\u{a}", "\\\n",
          r"\u{zz}",
          "a, b', 'c", "Ulm' or sex = 'men", "line\u2028separator", "next\x85line", "bell\x07", "\u202eright to left",
          "\ufeffmark", "  spaces  ", "tab\there", "nul\x00", "e\u0301", "\U0001f600", "東京", "<b>&amp;</b>", "`tick`",
          "# no comment", "%0A+", "\x7f", "a = 'x'\n+ accuracy >= 0")
SPEC = """shall = 1
[subject]
name = "loans"
target = "paid"
positive = "yes"
[data]
gate = "log.parquet"
[columns]
decision = "said"
[groups]
city = "city"
[requirements]
right = "accuracy >= 0.60"
"""


def in_a_field(text: str) -> str:
    """What a browser keeps of the value of a field of one line, and sends."""
    return re.sub(r"[\r\n]", "", text)


def in_a_form(text: str) -> str:
    """What a browser sends of any value of a form."""
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


@pytest.mark.parametrize("text", [*VALUES, *NAMES[::7]])
def test_it_comes_back(text):
    sent = travel.sent(text)
    assert (sent.isprintable() and travel.meant(in_a_field(in_a_form(sent))) == text) or "\ud800" in ascii(text)
    if text.isprintable() and r"\u{" not in text:
        assert sent == text, "what people read and write stays as it is"


@pytest.mark.parametrize("text", [r"\u{110000}", r"\u{d800}", r"\u{}", r"\u{zz}", r"\u", "\\"])
def test_a_number_of_no_character_stays(text):
    assert travel.meant(text) == text


def test_a_requirement_of_any_group_value_is_of_that_value(tmp_path):
    random = np.random.default_rng(4)
    city = np.array(VALUES, dtype=object)[np.arange(40 * len(VALUES)) % len(VALUES)]
    paid = random.random(len(city)) < 0.5
    said = np.where(random.random(len(city)) < 0.7, paid, ~paid)
    pq.write_table(pa.table({"city": pa.array([*city], pa.string()), "paid": np.where(paid, "yes", "no"),
                             "said": np.where(said, "yes", "no")}), tmp_path / "log.parquet")
    file = tmp_path / "shall.toml"
    file.write_text(SPEC)
    shall.check(file, tmp_path / "log.parquet")
    with drilled.showing(tmp_path) as client:
        page = read(client, "/page/models/loans/slices?requirement=right")
        links = {one["where"][0]: link for link in page.values("href")
                 if "where" in (one := parse_qs(link.partition("?")[2]))}
        assert len(links) == len(VALUES)
        kept = {}
        for where, link in links.items():
            slice_ = read(client, link)
            fields = dict(reversed([*zip(*inputs_of(slice_), strict=True)]))        # the first of a name
            assert fields["where"] == where
            asked = urlencode({name: in_a_form(in_a_field(fields[name]))
                               for name in ("csrf", "requirement", "line", "why")})
            assert client("POST", "/page/models/loans/propose", [FORM, drilled.HTML], asked.encode()).status == 303
            kept[fields["requirement"]] = parse_filter(travel.meant(where)).value
        assert sorted(kept.values()) == sorted(VALUES), "each has a name of its own, and stands for its value"
        card = read(client, "/page/models/loans/edit")
        numbers = [value for name, value in zip(*inputs_of(card), strict=True) if name == "number"]
        for number in dict.fromkeys(numbers):
            sign = urlencode({"csrf": dict(zip(*inputs_of(card), strict=True))["csrf"], "number": number}).encode()
            signed = client("POST", "/page/models/loans/sign", [FORM, drilled.HTML], sign)
            assert signed.status in (303, 422)
            if signed.status == 422:
                assert "U+" in unescape(signed.body.decode()), "a shall file may not hold it, and that is said"
    lines = {one.name: one.where.value for one in load(file).requirements if one.where is not None}
    assert all(lines[name] == kept[name] for name in lines) and len(lines) >= len(VALUES) - 6


def read(client, path):
    reply = client("GET", path, [drilled.HTML])
    assert reply.status == 200, reply.body.decode()[-800:]
    page = Page(reply.body.decode())
    assert page.faults() == []
    return page


def inputs_of(page):
    """Names and values of the inputs of a page, in order."""
    names, values, one = [], [], {}
    for tag, key, value in [*page.attributes, ("input", "end", "")]:
        if tag == "input" and (key in one or key == "end"):
            names, values, one = [*names, one.get("name", "")], [*values, one.get("value", "")], {}
        if tag == "input":
            one[key] = value
    return names, values
