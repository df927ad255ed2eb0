"""A library is loaded only where the table allows it."""

from __future__ import annotations

import pytest

from checks import libraries

BAD = {
    "core/line.py": "import numpy as np",
    "measures/fairness/rate.py": "def estimate(cells):\n    from pyarrow import compute",
    "stats/rates.py": "from scipy.stats import beta",
    "methods/adjust/shift.py": "import sklearn.linear_model",
    "newroom/first.py": "import requests",
    "__init__.py": "try:\n    import numpy\nexcept ImportError:\n    pass",
}
GOOD = {
    "core/line.py": "import json\nfrom shall.core import words\nfrom . import words",
    "core/log.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pyarrow as pa",
    "stats/rates.py": "import numpy as np",
    "methods/learn/trees.py": "def fit():\n    from sklearn import tree",
}


def found(folder, name, text):
    path = folder / "src" / "shall" / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return list(libraries.faults(folder))


@pytest.mark.parametrize(("name", "text"), BAD.items(), ids=BAD)
def test_a_library_out_of_place_is_found(tmp_path, name, text):
    fault, = found(tmp_path, name, text)
    assert fault.startswith(f"src/shall/{name}:")
    assert fault.endswith("may not be loaded here")


@pytest.mark.parametrize(("name", "text"), GOOD.items(), ids=GOOD)
def test_what_is_in_place_passes(tmp_path, name, text):
    assert found(tmp_path, name, text) == []


def test_what_follows_the_type_checkers_part_is_seen(tmp_path):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\nelse:\n    import scipy"
    fault, = found(tmp_path, "core/line.py", text)
    assert "scipy" in fault


def test_else_if_is_seen_too(tmp_path):
    text = "import typing\nif typing.TYPE_CHECKING:\n    pass\nelif 1 > 0:\n    import numpy"
    fault, = found(tmp_path, "core/line.py", text)
    assert "numpy" in fault
