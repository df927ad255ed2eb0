"""The size check finds what is too long, too wide or called by nothing."""

from __future__ import annotations

from checks import sizes

LONG = "\n".join(f"    a = {line}" for line in range(60))


def found(folder, text, name="rates.py", top="src"):
    (folder / top).mkdir(parents=True, exist_ok=True)
    (folder / top / name).write_text(text)
    return list(sizes.faults(folder))


def test_a_long_function_needs_a_reason(tmp_path):
    assert found(tmp_path, f"def f():\n{LONG}\n") == ["src/rates.py:1: f has 61 lines, more than 50"]
    assert found(tmp_path, f"def f():  # long: one table\n{LONG}\n") == []
    assert found(tmp_path / "other", f"def f():\n{LONG}\n", top="tests") == []


def test_six_parameters_and_no_more(tmp_path):
    assert found(tmp_path, "def f(self, a, b, c, d, e, f): ...\n") == []
    assert found(tmp_path, "def f(a, b, c, d, e, f, *, g): ...\n") == []
    assert found(tmp_path, "def f(a, b, c, d, e, f, g): ...\n") == [
        "src/rates.py:1: f has 7 parameters, more than 6"]


def test_a_long_file(tmp_path, capsys):
    assert found(tmp_path, "a = 1\n" * 601) == ["src/rates.py: 601 lines, more than 600"]
    assert found(tmp_path, "a = 1\n" * 401) == []
    assert "has 401 lines; can it be two?" in capsys.readouterr().out


def test_a_name_that_says_nothing(tmp_path):
    assert found(tmp_path, "", "helpers.py") == ["src/helpers.py: a name that says nothing"]
