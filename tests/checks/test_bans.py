"""The bans find what they forbid, and nothing else."""

from __future__ import annotations

import pytest

from checks import bans

BAD = {
    "import pickle": "imports pickle",
    "from joblib import load": "imports joblib",
    "eval('1')": "calls eval",
    "import torch\ntorch.load('a')": "calls torch.load",
    "import yaml\nyaml.load('a')": "calls yaml.load",
    "import numpy\nnumpy.load('a', allow_pickle=True)": "allows pickle",
    "def f():\n    from shall.core import line": "f imports a module of ours",
    "def f():\n    import shall.core.line": "f imports a module of ours",
    "import importlib\nimportlib.import_module('a')":
        "imports by name; only the registry and the lazy faces of rooms do",
}
GOOD = ["import json\njson.loads('1')", "import re\nre.compile('a')", "def f():\n    import lightgbm",
        "import yaml\nyaml.safe_load('a')", "import numpy\nnumpy.load('a', allow_pickle=False)"]


def found(folder, text, name="rates.py"):
    (folder / "src" / "shall").mkdir(parents=True)
    (folder / "src" / "shall" / name).write_text(text)
    return [fault.split(": ", 1)[1] for fault in bans.faults(folder)]


@pytest.mark.parametrize(("text", "fault"), BAD.items(), ids=BAD.values())
def test_what_is_banned_is_found(tmp_path, text, fault):
    assert found(tmp_path, text) == [fault]


@pytest.mark.parametrize("text", GOOD)
def test_what_is_not_banned_passes(tmp_path, text):
    assert found(tmp_path, text) == []


def test_the_registry_may_import_by_name(tmp_path):
    assert found(tmp_path, "import importlib\nimportlib.import_module('a')", "registry.py") == []
