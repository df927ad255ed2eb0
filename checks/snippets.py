"""Snippets: ``python -m checks.snippets``. What README and docs show is run: python blocks, and shall files."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, language and text of each block that names its language."""
    text = path.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        yield text.count("\n", 0, match.start()) + 2, match[1], match[2]


def faults(path: Path) -> Iterator[str]:
    """The blocks of a page that do not do what they show. The python blocks of a page share one process."""
    found = list(blocks(path))
    python = "\n".join(text for _, language, text in found if language == "python")
    if python:
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([sys.executable, "-c", python], cwd=folder, capture_output=True, text=True,
                                 check=False)
        if run.returncode:
            yield f"{path}: a python block fails:\n{run.stderr}"
    for line, language, text in found:
        if language == "toml" and text.startswith("shall ="):
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "shall.toml"
                file.write_text(text, encoding="utf-8")
                run = subprocess.run([sys.executable, "-m", "shall", "lint", str(file)], capture_output=True, text=True,
                                     check=False)
            if run.returncode:
                yield f"{path}:{line}: the shall file is wrong:\n{run.stdout}{run.stderr}"


def main() -> int:
    """Run the snippets of every page; 1 if one fails."""
    root = Path(__file__).resolve().parent.parent
    pages = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]
    found = [fault for page in pages for fault in faults(page)]
    print("\n".join(found) or f"snippets: nothing is wrong on {len(pages)} pages")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
