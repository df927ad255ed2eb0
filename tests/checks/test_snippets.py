"""The snippet check runs what a page shows."""

from __future__ import annotations

from checks import snippets

PAGE = """# A page

```python
a = 1
```

```text
$ never run
```

```python
assert a == {value}
```

```toml
shall = 1

[subject]
name = "lending"
kind = "classifier"
target = "repaid"
positive = "1"

[requirements]
useful = "{measure} >= 0.75"
```
"""


def found(folder, **words):
    (folder / "page.md").write_text(PAGE.format(**words))
    return list(snippets.faults(folder / "page.md"))


def test_the_blocks_of_a_page(tmp_path):
    (tmp_path / "page.md").write_text(PAGE)
    assert [(line, language) for line, language, _ in snippets.blocks(tmp_path / "page.md")] == [
        (4, "python"), (8, "text"), (12, "python"), (16, "toml")]


def test_a_page_that_tells_the_truth(tmp_path):
    assert found(tmp_path, value=1, measure="accuracy") == []


def test_a_page_that_does_not(tmp_path):
    python, toml = found(tmp_path, value=2, measure="acuracy")
    assert "AssertionError" in python
    assert "accuracy" in toml


def test_what_a_block_prints_is_what_follows_it(tmp_path):
    page = "```python\nprint(1 + 1)\n```\n\n```text\n{shown}\n```\n\n```python\nprint(3)\n```\n"
    for shown, wrong in (("2", False), ("4", True)):
        (tmp_path / "page.md").write_text(page.replace("{shown}", shown))
        told = list(snippets.faults(tmp_path / "page.md"))
        assert bool(told) is wrong
        assert all("page.md:6: the python block before it prints something else" in one for one in told)
