"""Snippets: ``python -m checks.snippets``. What README and docs show is run: python blocks, and shall files.

A text block that follows a python block is what it prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
END: Final = "--- end of a block ---"
BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, language and text of each block that names its language."""
    text = path.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        yield text.count("\n", 0, match.start()) + 2, match[1], match[2]


def faults(path: Path) -> Iterator[str]:
    """The blocks of a page that do not do what they show. The python blocks of a page share one process."""
    found = list(blocks(path))
    yield from _python(path, found)
    for line, language, text in found:
        if language == "toml" and text.startswith("shall ="):
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "shall.toml"
                file.write_text(text, encoding="utf-8")
                run = subprocess.run([sys.executable, "-m", "shall", "lint", str(file)], capture_output=True, text=True,
                                     check=False)
            if run.returncode:
                yield f"{path}:{line}: the shall file is wrong:\n{run.stdout}{run.stderr}"


def _python(path: Path, found: list[tuple[int, str, str]]) -> Iterator[str]:
    code = [text + f"\nprint({END!r})" for _, language, text in found if language == "python"]
    if not code:
        return
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([sys.executable, "-c", "\n".join(code)], cwd=folder, capture_output=True, text=True,
                             check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})      # where `examples` is
    if run.returncode:
        yield f"{path}: a python block fails:\n{run.stderr}"
        return
    printed = iter(run.stdout.split(END + "\n"))
    for (_, language, _), (line, after, text) in pairwise([*found, (0, "", "")]):
        output = next(printed) if language == "python" else ""
        if output and after == "text" and output.strip() != text.strip():
            yield f"{path}:{line}: the python block before it prints something else:\n{output}"


def main() -> int:
    """Run the snippets of every page; 1 if one fails."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = [fault for page in pages for fault in faults(page)]
    print("\n".join(found) or f"snippets: nothing is wrong on {len(pages)} pages")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
