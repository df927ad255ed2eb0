"""The table of roles in the guide is that of the routes: each page and form for those whom its policy lets in."""

from __future__ import annotations

from pathlib import Path

from shall.http.access import POLICIES
from shall.http.token_table import ROLES
from shall.page.table import MODEL, PAGES

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "page.md"
ROWS = {                                    # what a line of the guide is about, by the address of what it names
    "Models, Live, a record": ("/page", "/page/live", "/page/records/{record}"),
    "Life, one requirement, Requirements, Slices, Data, Compare, Graph, Versions": tuple(
        MODEL + tab for tab in ("", "/requirements/{requirement}", "/edit", "/slices", "/data", "/compare", "/graph",
                                "/versions")),
    "the rows behind a slice": (MODEL + "/rows",),
    "Review: see the cases, say what one is": ("/page/review", MODEL + "/review", "POST " + MODEL + "/review"),
    "propose or decline a line, name a slice": tuple(f"POST {MODEL}/{one}" for one in ("propose", "decline", "subset")),
    "sign a line, lift a recall": tuple(f"POST {MODEL}/{one}" for one in ("sign", "lift")),
    "recall a version": (f"POST {MODEL}/recall",),
    "Trail: who did what": ("/page/trail",),
}


def told() -> list[list[str]]:
    """The cells of the table of the guide."""
    lines = GUIDE.read_text(encoding="utf-8").split("## Who may see and do what")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert rows[0][1:] == [*ROLES] and set(rows[1][0]) == {"-"}
    return rows[2:]


def test_every_page_and_form_is_in_a_line():
    every = {f"{'POST ' if page.method == 'POST' else ''}{page.pattern}" for page in PAGES}
    assert sorted(one for some in ROWS.values() for one in some) == sorted(every), "a new page needs a line there"


def test_each_line_says_who_may():
    policies = {policy.name: policy for policy in POLICIES}
    by_address = {f"{'POST ' if page.method == 'POST' else ''}{page.pattern}": page.policy for page in PAGES}
    expected = []
    for words, addresses in ROWS.items():
        (policy,) = {by_address[one] for one in addresses} - {"see"} or {"see"}
        expected.append([words, *("yes" if role in policies[policy].roles else "" for role in ROLES)])
    assert told() == expected
