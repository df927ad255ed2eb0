"""The kit takes a good measure, and finds each thing that may be wrong with one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from shall.measures.accuracy import accuracy, roc_auc
from shall.testing import _docstring, check_measure

# `accuracy`, which counts by label and decision here, so that there is more to go wrong.
SOURCE = Path(str(accuracy.__file__)).read_text(encoding="utf-8").replace(
    'AXES = ("correct",)', 'AXES = ("label", "decision")').replace(
    'cells.table("correct")', 'cells.table("label", "decision")').replace(
    "k=counts[:, 1], n=counts[:, :2].sum(axis=1)",
    "k=counts[:, 0, 0] + counts[:, 1, 1], n=counts[:, :2, :2].sum(axis=(1, 2))").replace("    multiclass=True,\n", "")
RETURN = "    return stats.Proportions("


def spoilt(tmp_path: Path, old: str, new: str, source: str = SOURCE) -> ModuleType:
    """A measure, `accuracy` if no other is given, with some of its text replaced."""
    assert source.count(old) >= 1, old
    path = tmp_path / "spoilt.py"
    path.write_text(source.replace(old, new), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("spoilt", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_good_measure_passes(tmp_path: Path) -> None:
    check_measure(accuracy)
    check_measure(spoilt(tmp_path, "CARD", "CARD"))


def test_what_an_axis_needs_is_on_the_card(tmp_path: Path) -> None:
    module = spoilt(tmp_path, 'AXES = ("label", "decision")', 'AXES = ("label", "decision", "rank")')
    with pytest.raises(AssertionError, match="counts by rank, but the card does not need scores"):
        check_measure(module)


@pytest.mark.parametrize(("old", "new", "message"), [
    ("agree with the label.\n", "agree with the label\n", "ends with a full stop"),
    ("Meaning:", "What it means:", "must have the sections"),
    ("Reference: Sokolova", "Source: Sokolova", "must have the sections"),
    ("How to mend: better features, more rows, or another learner; look at both error rates first.",
     "How to mend:", "the section How to mend of the docstring is empty"),
    ("array([0.75])", "array([0.8])", "does not hold"),
    (">>> estimate(", ">>> (lambda cells: 0)(", "the example must call `estimate`"),
])
def test_a_docstring_that_breaks_a_rule_is_found(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in "\n".join(_docstring.faults(spoilt(tmp_path, old, new)))


@pytest.mark.parametrize(("old", "new", "message"), [
    ("CARD = Card(", "ITS_CARD = Card(", "must have CARD"),
    ("def estimate(", "def measure(", "must have a function `estimate"),
    ('examines=("classifier",)', "examines=()", "which kinds of subject"),
    ('needs=("label", "decision")', 'needs=("label", "decision", "truth")', "'truth', which is no role"),
    ('needs=("label", "decision")', 'needs=("label",)', "counts by decision, but the card does not need"),
    ('    better="higher",', '    better="higher", low=1.0, high=0.0,', "low < high"),
    ('    better="higher",', '    better="higher", aliases=(("x", (("q", 1.0),)),),', "sets q = 1.0, which is no"),
    ('    better="higher",', '    better="higher", aliases=(("Acc", ()),),', "small letters"),
    ('AXES = ("label", "decision")', 'AXES = ["label", "decision"]', "tuples"),
    ('AXES = ("label", "decision")', 'AXES = ("label", "decisions")', "axis 'decisions' is none of"),
    ('AXES = ("label", "decision")', 'AXES = ("label", "decision", "value:{column}")', 'does not say takes="column"'),
    ("(cells: Cells)", "(cells: Cells, k: int = 3)", "are not those of the card"),
    ("(cells: Cells)", "(*, cells: Cells = None)", r"must take \(cells"),
])
def test_a_card_that_breaks_a_rule_is_found(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_measure(spoilt(tmp_path, old, new))


@pytest.mark.parametrize(("code", "message"), [
    # what others do: a rate of nothing is 0, and a NaN is dropped
    ("    if not counts[:, :2, :2].any(): return stats.Facts(cells.rows * 0.0, n=cells.rows)",
     "on a log with labels missing: it gives "),
    ("    counts = counts[:, :, :2] + 0 * counts[:, :, :2] // counts[:, :2, :1].max()", "on a log with"),
    ("    if not cells.rows.any(): raise ZeroDivisionError('division by zero')",
     "on a log with no row: it raises ZeroDivisionError: division by zero"),
    ("    return stats.Facts(counts[:, 0, 0] * 1.0, n=cells.rows)", "is not that of the card"),
    ("    return stats.Proportions(k=counts[:, 1, 1], n=counts[:, 1, 1] // 2 + 1)", "outside of the natural range"),
])
def test_a_number_without_evidence_is_found(tmp_path: Path, code: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_measure(spoilt(tmp_path, RETURN, f"{code}\n{RETURN}"))


def test_figures_that_depend_on_the_order_are_found(tmp_path: Path) -> None:
    """A counter in the module: what a float sum in the order of the rows does, made plain."""
    code = "    SEEN.append(1)\n    counts = counts + (len(SEEN) % 7 == 0)\n"
    module = spoilt(tmp_path, RETURN, f"{code}{RETURN}")
    module.SEEN = []                                     # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="other figures"):
        check_measure(module)


def test_bounds_that_widen_with_more_rows_are_found(tmp_path: Path) -> None:
    code = "    counts = counts // max(1, int(cells.rows.sum()) // 240) ** 2"
    with pytest.raises(AssertionError, match="more rows at the same rates give wider bounds"):
        check_measure(spoilt(tmp_path, RETURN, f"{code}\n{RETURN}"))


def test_a_curve_takes_what_estimate_takes(tmp_path) -> None:
    module = spoilt(tmp_path, "def estimate(", "def curve(cells, bins): ...\n\n\ndef estimate(")
    with pytest.raises(AssertionError, match="`curve` must take the arguments of `estimate`"):
        check_measure(module)


@pytest.mark.parametrize(("old", "new", "message"), [
    ('ALONG = "score"', 'ALONG = "label"', r"ALONG must be one of its AXES that are scores \(score, own, top\)"),
    ('ALONG = "score"', 'ALONG = "own"', "not 'own'"),
    ("    aliases=", "    reference=True,\n    aliases=", "cannot take a reference"),
    ("positive=counts[:, 1]", "positive=counts[:, 1, ::2].repeat(2, axis=1)", "only the order counts, and sums, but"),
])
def test_cells_that_are_looked_at_are_not_left_out(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_measure(spoilt(tmp_path, old, new, Path(str(roc_auc.__file__)).read_text(encoding="utf-8")))
