"""`import shall` costs nothing, and offers each name that it promises."""

from __future__ import annotations

import subprocess
import sys

import pytest

import shall


def test_nothing_is_loaded_by_the_import():
    code = "import sys, shall; print({'numpy', 'pyarrow', 'click', 'shall.api', 'shall.spec'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"


@pytest.mark.parametrize("name", sorted(shall.__all__))
def test_each_name_is_there(name):
    assert getattr(shall, name) is not None
    assert name in dir(shall)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        _ = shall.chek


def test_the_module_runs():
    ran = subprocess.run([sys.executable, "-m", "shall", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"shall {shall.__version__}\n"
