"""A requirement is put into a file, and nothing else changes."""

import pytest

from shall import spec
from shall.core.errors import FileError, InputError
from shall.spec.adding import add, change, had

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


def at(tmp_path, kind):
    path = tmp_path / "shall.toml"
    path.write_bytes(FILES[kind].encode())
    return path


@pytest.mark.parametrize("kind", [kind for kind in FILES if "right" in FILES[kind]])
def test_another_line_changes_nothing_else(kind, tmp_path):
    path = at(tmp_path, kind)
    change(path, "right", "accuracy >= 0.85", was="accuracy >= 0.8")
    assert path.read_bytes().decode() == FILES[kind].replace('"accuracy >= 0.8"', '"accuracy >= 0.85"')
    assert had(path, "right") == "accuracy >= 0.85"


def test_what_the_long_form_adds_stays(tmp_path):
    path = at(tmp_path, "long form")
    change(path, "fair", "brier <= 0.2", was="brier <= 0.3")
    assert path.read_text() == FILES["long form"].replace("0.3", "0.2")
    assert {one.name: one.why for one in spec.load(path).requirements} == {"right": "", "fair": "x"}


def test_a_line_is_dropped_or_new(tmp_path):
    path = at(tmp_path, "long form")
    change(path, "fair", "", was="brier <= 0.3")
    assert [one.name for one in spec.load(path).requirements] == ["right"]
    change(path, "sure", "brier <= 0.1")
    assert 'right = "accuracy >= 0.8"\nsure = "brier <= 0.1"' in path.read_text()


def test_a_change_of_what_was_changed_meanwhile_is_refused(tmp_path):
    path = at(tmp_path, "plain")
    for name, line, was in (("right", "accuracy >= 0.9", "accuracy >= 0.7"), ("right", "accuracy >= 0.9", ""),
                            ("new", "accuracy >= 0.9", "accuracy >= 0.8"), ("right", "", "accuracy >= 0.7")):
        with pytest.raises(InputError, match="propose the change again"):
            change(path, name, line, was)
    with pytest.raises(FileError):
        change(path, "right", "nothing >= 1", was="accuracy >= 0.8")
    assert path.read_bytes().decode() == FILES["plain"]
    assert [one.name for one in tmp_path.iterdir()] == ["shall.toml"]


def test_the_line_of_a_pack_beside_the_file_is_replaced_by_words_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "house.pack.toml").write_text(
        'pack = 1\ntitle = "Ours"\nsource = "us"\ndate = 2026-01-01\n\n[requirements]\n'
        'right = "accuracy >= 0.8"\n')
    path = tmp_path / "shall.toml"
    path.write_text(f'shall = 1\nextends = ["./house.pack.toml"]\n{TOP.partition("shall = 1")[2]}')
    monkeypatch.chdir("/")
    assert had(path, "right") == "accuracy >= 0.8"
    with pytest.raises(InputError, match="from a pack"):
        change(path, "right", "", was="accuracy >= 0.8")
    change(path, "right", "accuracy >= 0.9", was="accuracy >= 0.8")
    assert had(path, "right") == "accuracy >= 0.9"
    add(path, "sure", "brier <= 0.2")
