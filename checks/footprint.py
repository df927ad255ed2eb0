"""The core's footprint: ``python -m checks.footprint``. Installed afresh, at most 12 packages and 300 MB."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

PACKAGES: Final = 12
MEGABYTES: Final = 300


def measured(root: Path) -> tuple[list[str], float]:
    """What an installation without extras brings: the packages, and the megabytes of all files, bytecode too."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "site"
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check",
                        "--target", str(place), str(root)], check=True)
        listed = subprocess.run([sys.executable, "-m", "pip", "list", "--path", str(place), "--format", "json",
                                 "--disable-pip-version-check"], check=True, capture_output=True, text=True)
        size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    return sorted(package["name"] for package in json.loads(listed.stdout)), size / 2**20


def main() -> int:
    """Print both; 1 where a limit is passed."""
    packages, size = measured(Path(__file__).resolve().parent.parent)
    print(f"{len(packages)} packages ({', '.join(packages)}), {size:.0f} MB")
    return len(packages) > PACKAGES or size > MEGABYTES


if __name__ == "__main__":
    sys.exit(main())
