"""Sizes: ``python -m checks.sizes``. Files under 600 lines, functions under 50 and with at most 6 parameters."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

QUESTION: Final = 400                       # lines of a file from which one asks why
FILE: Final = 600
FUNCTION: Final = 50                        # lines; more with a comment `# long: …` on the line of its def
PARAMETERS: Final = 6                       # keyword-only ones, which name themselves at the call, do not count
FORBIDDEN: Final = {"util", "utils", "common", "helper", "helpers", "misc", "legacy"}


def faults(root: Path) -> Iterator[str]:
    """What is too long, has too many parameters, or is called by a name that says nothing."""
    for path in sorted(path for folder in ("src", "checks", "examples", "benchmarks", "tests") for path in
                       (root / folder).rglob("*.py")):
        name, text = path.relative_to(root), path.read_text(encoding="utf-8")
        if FORBIDDEN & {part.removesuffix(".py") for part in name.parts}:
            yield f"{name}: a name that says nothing"
        lines = text.count("\n")
        if lines > FILE:
            yield f"{name}: {lines} lines, more than {FILE}"
        elif lines > QUESTION:
            print(f"question: {name} has {lines} lines; can it be two?")
        if name.parts[0] != "tests":
            yield from (f"{name}:{fault}" for fault in _functions(ast.parse(text), text.splitlines()))


def _functions(tree: ast.Module, lines: list[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION and "# long:" not in lines[node.lineno - 1]:
            yield f"{node.lineno}: {node.name} has {length} lines, more than {FUNCTION}"
        every = (argument.arg for argument in (*node.args.posonlyargs, *node.args.args))
        names = [name for name in every if name not in ("self", "cls")]
        if len(names) > PARAMETERS and not _is_command(node):
            yield f"{node.lineno}: {node.name} has {len(names)} parameters, more than {PARAMETERS}"


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command of the command line: click gives it one parameter an option."""
    return node.name == "command" and bool(node.decorator_list)


def main() -> int:
    """Print the faults; 1 if there are any."""
    found = list(faults(Path(__file__).resolve().parent.parent))
    print("\n".join(found) or "sizes: nothing is wrong")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
