"""A requirement is put into a file, and nothing else changes."""

import pytest

from shall import spec
from shall.core.errors import FileError, InputError
from shall.spec.adding import add

TOP = '# Who may pass?\nshall = 1\n\n[subject]   # the model\ntarget = "y"\npositive = "1"\n'
LINE = "accuracy >= 0.70 where AGEP >= 55 and SEX = '2'"
RIGHT = '[requirements]\nright = "accuracy >= 0.8"'
FILES = {
    "plain": f'{TOP}\n{RIGHT}   # why\n\n# how it is watched\n[watch]\nwindows = ["1 day"]\n',
    "long form": f'{TOP}\n{RIGHT}\n\n[requirements.fair]\nthat = "brier <= 0.3"\nwhy = "x"\n',
    "only long forms": f'{TOP}\n[requirements.fair]\nthat = "brier <= 0.3"\n',
    "empty": f"{TOP}\n[requirements]\n",
    "last": f"{TOP}\n{RIGHT}",
    "windows": f'{TOP}\n{RIGHT}\n\n[watch]\nwindows = ["1 day"]\n'.replace("\n", "\r\n"),
    "mark": f"\ufeff{TOP}\n{RIGHT}\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_every_line_that_was_there_stays(kind, tmp_path):
    path = tmp_path / "shall.toml"
    path.write_bytes(FILES[kind].encode())
    before = len(spec.load(path).requirements) if kind != "empty" else 0
    said = add(path, "old women", LINE, unique=True)
    assert said == f'old_women = "{LINE}"'
    text = path.read_bytes().decode()
    left = text.replace(said, "").split()
    assert left == FILES[kind].split() or kind == "only long forms"
    found = {one.name: one for one in spec.load(path).requirements}
    assert len(found) == before + 1 and str(found["old_women"]) == LINE
    assert ("\r\n" in text) == (kind == "windows") and text.count("\r\n") in (0, text.count("\n"))


def test_it_stands_below_the_last_line(tmp_path):
    path = tmp_path / "shall.toml"
    path.write_text(FILES["plain"])
    add(path, "slice", LINE)
    expected = FILES["plain"].replace("# why\n", f'# why\nslice = "{LINE}"\n')
    assert path.read_text() == expected


def test_names_that_are_taken(tmp_path):
    path = tmp_path / "shall.toml"
    path.write_text(FILES["plain"])
    with pytest.raises(InputError, match="a requirement right already"):
        add(path, "right", LINE)
    assert add(path, "right", LINE, unique=True).startswith("right_2 = ")
    assert add(path, "Right", LINE.replace("55", "60"), unique=True).startswith("right_3 = ")


def test_nothing_is_lost_where_it_cannot_be_read(tmp_path):
    path = tmp_path / "shall.toml"
    path.write_text(FILES["plain"])
    with pytest.raises(FileError, match="no measure"):
        add(path, "slice", "acuracy >= 0.7")
    assert path.read_text() == FILES["plain"]
    with pytest.raises(FileError, match="no such file"):
        add(tmp_path / "none.toml", "slice", LINE)
