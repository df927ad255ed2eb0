"""Bans: ``python -m checks.bans``. No pickle, no eval, no import of our own modules inside functions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MODULES: Final = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
CALLS: Final = {"eval", "exec", "compile", "__import__"}
METHODS: Final = {("torch", "load"), ("joblib", "load"), ("yaml", "load"), ("yaml", "unsafe_load")}
SENDING: Final = {"workers.py": {"joblib"}}         # sends work to our own processes, and reads no file
DYNAMIC: Final = {"registry.py", "__init__.py"}     # where modules are imported by name


def faults(root: Path) -> Iterator[str]:
    """Every banned thing in the package."""
    for path in sorted((root / "src").rglob("*.py")):
        for line, fault in _faults(ast.parse(path.read_text(encoding="utf-8")), path.name):
            yield f"{path.relative_to(root)}:{line}: {fault}"


def _faults(tree: ast.Module, name: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            yield from ((node.lineno, f"imports {module}") for module in modules
                        if module.split(".")[0] in MODULES - SENDING.get(name, set()))
        if isinstance(node, ast.Call):
            yield from _call_faults(node, name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ((inner.lineno, f"{node.name} imports a module of ours") for inner in ast.walk(node)
                        if _imports_ours(inner))


def _imports_ours(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] == "shall"
    return isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "shall" for alias in node.names)


def _call_faults(node: ast.Call, name: str) -> Iterator[tuple[int, str]]:
    function = node.func
    if any(word.arg == "allow_pickle" and getattr(word.value, "value", True) is not False for word in node.keywords):
        yield node.lineno, "allows pickle"
    if isinstance(function, ast.Name) and function.id in CALLS:
        yield node.lineno, f"calls {function.id}"
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        called = (function.value.id, function.attr)
        if called in METHODS:
            yield node.lineno, f"calls {'.'.join(called)}"
        if called == ("importlib", "import_module") and name not in DYNAMIC:
            yield node.lineno, "imports by name; only the registry and the lazy faces of rooms do"


def main() -> int:
    """Print the faults; 1 if there are any."""
    found = list(faults(Path(__file__).resolve().parent.parent))
    print("\n".join(found) or "bans: nothing is wrong")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
