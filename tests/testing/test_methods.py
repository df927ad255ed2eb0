"""The kit takes a good learner, and finds each thing that may be wrong with one."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from shall.testing import check_method

SOURCE = (Path(__file__).parents[1] / "outside_plugin/src/shall_outside/naive_bayes.py").read_text(encoding="utf-8")
NORMALISED = "np.asarray(odds / odds.sum(axis=1, keepdims=True))"
AS_JSON = '''        return json.dumps({"classes": self.classes.tolist(), "sizes": self.sizes,
                           "features": [feature.tolist() for feature in self.features]}).encode()'''


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """Where the learner of a test is written; its module is forgotten afterwards."""
    yield tmp_path / "spoilt.py"
    sys.modules.pop("spoilt", None)


def spoilt(path: Path, old: str = "", new: str = "") -> ModuleType:
    """The learner of the outside plug-in with some of its text replaced."""
    assert old in SOURCE
    path.write_text(SOURCE.replace(old, new) if old else SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("spoilt", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["spoilt"] = module          # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_good_learner_passes(written: Path) -> None:
    check_method(spoilt(written))


@pytest.mark.parametrize(("old", "new", "message"), [
    ("def load(content: bytes)", "def read(content: bytes)", r"a function `load\(content\)`"),
    ("classes: int = 2, seed: int = 0", "seed: int = 0, classes: int = 2", "`fit` must take"),
    ("Reference: Hastie", "From Hastie", "must name its source"),
    (NORMALISED, "odds", "add up to 1"),
    (NORMALISED, "odds[:, 0] * 0", "must be float64"),
    ("    of_class = ", "    y = y[np.random.default_rng().permutation(len(y))]\n    of_class = ", "another model"),
    ("[y == number for number in range(classes)]", "[y >= 0 for _ in range(classes)]", "learns nothing"),
    ('np.array(said["classes"])', '2 * np.array(said["classes"])', "has other probabilities"),
    ('said["features"]', 'said["feature"]', "raises KeyError: 'feature'"),
    (AS_JSON, "        import pickle\n        return pickle.dumps([self.classes, self.features])", "is a pickle"),
    ('KINDS = ("binary", "multiclass")', "", "must have `KINDS`"),
    ('KINDS = ("binary", "multiclass")', 'KINDS = ("ranking",)', "a tuple out of binary, multiclass, regressor"),
    ('KINDS = ("binary", "multiclass")', 'KINDS = ("regressor",)', "with a number it raises"),
    ("SPACE = (", "SPACES = SPACE = (1, ", "must have `SPACE`"),
    ('"smoothing", 1.0, 0.01, 100.0', '"smoothing", 200.0, 0.01, 100.0', "200 does not lie between 0.01 and 100"),
    ('"smoothing", 1.0, 0.01, 100.0', '"smoothing", 1.0, 0.0, 100.0', "0 must be above 0"),
    ('"smoothing", 1.0, 0.01, 100.0', '"smoothing", "no"', "must have options"),
    ("    if len(given) > 1:", "    if len(given) > 9:", "unknown setting must be an InputError, and is taken"),
    ("raise InputError(f", "raise KeyError(f", "must be an InputError, and is a KeyError"),
    ("    smoothing = float(", "    assert given['smoothing'] < 50\n    smoothing = float(",
     r"with smoothing = 100.0 it raises AssertionError"),
    ("np.ones(len(X)) if weight is None else weight", "np.ones(len(X))", "does not count like 3 rows"),
    ("np.ones(len(X)) if weight is None else weight", "np.ones(len(X)) if weight is None else weight * (1 + 20 * y)",
     "another model than no weights"),
    (", *,\n        weight: Floats | None = None,", ",", r"must take \(X, y, sizes, classes, seed, weight, settings\)"),
    ("    away = ", "    column = np.nan_to_num(column, nan=np.inf)\n    away = ", "missing, extreme and unseen"),
])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_learner_that_breaks_a_rule_is_found(written: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_method(spoilt(written, old, new))
