"""Foreign objects as logs and subjects: files, frames, fitted estimators. Loads on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shall.adapters.boosters import open_booster
    from shall.adapters.estimator import log
    from shall.adapters.files import shared
    from shall.adapters.guarded import GuardedLog
    from shall.adapters.joined import is_label_log, with_labels, with_late_labels
    from shall.adapters.models import decided, model_at
    from shall.adapters.sources import open_log
    from shall.adapters.unlabelled import Unlabelled
    from shall.adapters.wider import WiderLog

_HOME = {
    "GuardedLog": "guarded", "Unlabelled": "unlabelled", "WiderLog": "wider", "decided": "models", "log": "estimator",
    "model_at": "models", "open_booster": "boosters", "open_log": "sources", "with_labels": "joined",
    "is_label_log": "joined", "shared": "files", "with_late_labels": "joined",
}

__all__ = [
    "GuardedLog", "Unlabelled", "WiderLog", "decided", "is_label_log", "log", "model_at", "open_booster", "open_log",
    "shared", "with_labels", "with_late_labels",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
