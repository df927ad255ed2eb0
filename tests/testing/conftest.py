"""Files of ours with a fault put in, for the kit to find."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

Spoil = Callable[..., ModuleType]


@pytest.fixture
def spoil(tmp_path: Path) -> Iterator[Spoil]:
    """``spoil(module, old, new)``: a module with some of its text replaced; it is forgotten afterwards."""
    path = tmp_path / "spoilt.py"

    def written(good: ModuleType, old: str = "", new: str = "") -> ModuleType:
        source = Path(str(good.__file__)).read_text(encoding="utf-8")
        assert old in source
        path.write_text(source.replace(old, new) if old else source, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("spoilt", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["spoilt"] = module      # dataclasses look their module up
        spec.loader.exec_module(module)
        return module

    yield written
    sys.modules.pop("spoilt", None)
