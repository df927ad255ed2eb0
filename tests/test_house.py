"""The house rules hold; and every decision, fragment and page is where a reader looks for it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from checks import bans, libraries, reference, sizes

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
SCREENS = 130                               # lines: two screens of 65


def test_nothing_is_too_long():
    assert list(sizes.faults(ROOT)) == []


def test_nothing_is_banned():
    assert list(bans.faults(ROOT)) == []


def test_no_library_is_loaded_out_of_place():
    assert list(libraries.faults(ROOT)) == []


def test_the_reference_is_what_the_measure_files_say():
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_somewhere(page):
    gone = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert gone == []


def test_the_architecture_is_two_screens():
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= SCREENS


def test_a_file_that_the_architecture_names_exists():
    named = re.findall(r"`([a-z_]+/[\w/]+(?:\.py)?)[`:]", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    gone = [name for name in named if not ((ROOT / name).exists() or (ROOT / "src" / "shall" / name).exists())]
    assert len(named) > 5
    assert gone == []


def test_a_decision_is_numbered_and_dated():
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").iterdir())
    matches = [re.fullmatch(r"(\d{4}-\d{2}-\d{2})-(\d+)-[a-z0-9-]+\.md", name) for name in names]
    assert all(matches), names
    numbers = sorted(int(match[2]) for match in matches if match)
    assert numbers == list(range(1, len(numbers) + 1))
    for name in names:
        title, _, rest = (ROOT / "docs" / "decisions" / name).read_text(encoding="utf-8").partition("\n")
        assert title.startswith("# ")
        assert rest.strip().startswith(name[:10])


def test_a_fragment_is_one_sentence_of_a_known_type():
    for path in (ROOT / "changes").iterdir():
        assert re.fullmatch(r"[a-z0-9-]+\.(feature|fix|change)\.md", path.name), path.name
        assert path.read_text(encoding="utf-8").strip().endswith("."), path.name


def test_dependencies_have_a_lower_bound_and_no_upper_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    for line in (*project["dependencies"], *extras):
        least = re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?>=[\d.]+(; sys_platform [!=]= '(darwin|win32)')?", line)
        assert least or line == "torch==2.13.0", line             # of torch there is one build only
