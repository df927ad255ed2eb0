"""What only reads a file or a card starts as fast as Python does: neither numpy nor pyarrow is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parent.parent / "examples" / "employment" / "shall.toml"
HEAVY = {"numpy", "pyarrow", "narwhals", "apsw", "lightgbm", "sklearn", "scipy", "pandas", "polars"}

LIGHT = {
    "import shall": "import shall",
    "errors": "import shall; shall.errors.ShallError",
    "a requirement": "import shall; str(shall.measure('selection_rate').over('sex').ratio >= 0.80)",
    "a parsed line": "import shall; shall.Requirement.parse('accuracy >= 0.75')",
    "a loaded file": f"import shall; shall.load({str(FILE)!r})",
    "all cards": "from shall import registry; [registry.card(name) for name in registry.ids('measures')]",
    "lint": f"from shall.cli import run; assert run(['lint', {str(FILE)!r}]) == 0",
}


def loaded(code: str) -> set[str]:
    """The top names of all modules that a fresh process has loaded once it ran the code."""
    code += "\nimport sys; print('loaded', *{name.partition('.')[0] for name in sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("code", LIGHT.values(), ids=LIGHT)
def test_nothing_heavy_is_loaded(code):
    assert loaded(code) & HEAVY == set()


def test_the_test_sees_what_is_loaded():
    assert {"numpy", "shall"} <= loaded("from shall import stats; stats.Proportions")
