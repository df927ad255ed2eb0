"""Where a requirement stands, for reports that point at it."""

from __future__ import annotations

from shall import spec

FILE = """shall = 1
[subject]
target = "y"
positive = "1"
[data]
log = "log.parquet"
[requirements]
useful = "roc_auc >= 0.75"
  "odd name" = "accuracy >= 0.5"
dotted.that = "recall >= 0.5"
[requirements.long]
that = "precision >= 0.5"
"""


def test_every_requirement_has_its_line(tmp_path):
    path = tmp_path / "shall.toml"
    path.write_text(FILE, encoding="utf-8")
    found = spec.places(spec.load(path))
    assert {name: line for name, (line, _) in found.items()} == {"useful": 8, "odd name": 9, "dotted": 10, "long": 11}
    assert found["odd name"][1] == 3


def test_one_of_a_pack_stands_where_the_pack_is_named(tmp_path):
    path = tmp_path / "shall.toml"
    text = FILE.replace("shall = 1\n", 'shall = 1\nextends = ["four-fifths"]\n')
    text = text.replace("[requirements]", '[groups]\nsex = "sex"\nrace = "race"\n[requirements]')
    path.write_text(text, encoding="utf-8")
    file = spec.load(path)
    brought = [requirement.name for requirement in file.requirements if requirement.origin]
    assert brought
    assert {spec.places(file)[name][0] for name in brought} == {2}


def test_a_file_that_is_gone_has_no_places(tmp_path):
    path = tmp_path / "shall.toml"
    path.write_text(FILE, encoding="utf-8")
    file = spec.load(path)
    path.unlink()
    assert spec.places(file) == {}
    assert spec.places(spec.loads(FILE)) == {}
