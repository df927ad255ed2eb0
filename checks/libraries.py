"""Libraries: ``python -m checks.libraries``. Each room loads only what the table below allows it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# Beyond the standard library and shall itself; the longest path counts, and a path that is not here may load nothing.
ALLOWED: Final[dict[str, set[str]]] = {
    "adapters": {"narwhals", "numpy", "pyarrow"},
    "adapters/duckdb.py": {"duckdb", "pyarrow"},
    "adapters/image_models.py": {"numpy", "torch"},
    "adapters/mapped.py": {"dask", "distributed", "pyarrow"},
    "adapters/onnx.py": {"google", "numpy", "onnx", "onnxruntime", "pyarrow"},
    "adapters/postgresql.py": {"adbc_driver_manager", "adbc_driver_postgresql", "pyarrow"},
    "adapters/workers.py": {"joblib", "ray", "threadpoolctl"},
    "adapters/sqlite.py": {"apsw", "pyarrow"},
    "adapters/spark.py": {"pyarrow", "pyspark"},
    "adapters/spark_session.py": {"py4j", "pyspark"},
    "adapters/spark_tasks.py": {"pyarrow", "pyspark"},
    "api": {"pyarrow", "tomlkit"},
    "cli": {"click", "rich"},
    "estimators": {"numpy", "pyarrow", "sklearn", "tomlkit"},
    "bundle": {"cryptography"},
    "graph": {"numpy"},
    "graph/batches.py": {"numpy", "pyarrow"},
    "graph/converting.py": {"numpy", "pandas"},
    "graph/fitted/_boosted.py": {"numpy", "pandas"},
    "graph/emitter.py": {"numpy", "onnx"},
    "graph/foreign.py": {"numpy", "onnx"},
    "graph/functions.py": {"numpy", "onnx"},
    "graph/session.py": {"numpy", "onnxruntime"},
    "graph/tables.py": {"narwhals", "numpy", "pyarrow"},
    "graph/uniform.py": {"numpy", "onnx"},
    "http": {"msgspec"},
    "http/arrow.py": {"pyarrow"},
    "http/intake.py": {"httptools"},
    "http/server.py": {"uvicorn"},
    "journal": {"pyarrow"},
    "journal/rows.py": {"msgspec", "pyarrow"},
    "methods": {"numpy", "pyarrow"},
    "methods/adjust/_dual.py": {"numpy", "scipy"},
    "methods/adjust/group_thresholds.py": {"numpy", "scipy"},
    "methods/calibrate/isotonic.py": {"numpy", "scipy"},
    "methods/calibrate/vector_scaling.py": {"numpy", "scipy"},
    "methods/compress/_tuning.py": {"numpy", "torch"},
    "methods/search": {"optuna", "sqlalchemy"},
    "methods/compress/distillation.py": {"lightgbm", "numpy"},
    "methods/conform/quantile_trees.py": {"lightgbm"},
    "methods/learn": {"lightgbm", "numpy", "sklearn"},
    "methods/learn/hist_gradient_boosting.py": {"numpy", "sklearn", "threadpoolctl"},
    "methods/learn/mlp.py": {"numpy", "torch"},
    "methods/learn/xgboost.py": {"numpy", "xgboost"},
    "methods/mitigate/lagrangian.py": {"lightgbm", "numpy"},
    "methods/mitigate/reductions.py": {"fairlearn", "numpy", "pandas"},
    "phases": {"numpy", "pyarrow"},
    "probes": {"numpy"},
    "runtimes": {"msgspec", "numpy"},
    "runtimes/tables.py": {"polars", "pyarrow"},
    "spec/adding.py": {"tomlkit"},
    "spec/migrating.py": {"tomlkit"},
    "stats": {"numpy"},
    "stores": {"apsw"},
    "stores/decisions": {"pyarrow"},
    "stores/decisions/sealed.py": {"numpy", "pyarrow"},
    "stores/postgresql.py": {"psycopg"},
    "subjects": {"numpy", "pyarrow"},
    "tally": {"numpy", "pyarrow"},
    "testing": {"numpy", "pyarrow"},
    "testing/collected.py": {"pytest"},
}


def faults(root: Path) -> Iterator[str]:
    """Every import of a library outside the rooms that may load it."""
    package = root / "src" / "shall"
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        allowed = _allowed(name) | set(sys.stdlib_module_names) | {"shall"}
        for line, library in _loaded(ast.parse(path.read_text(encoding="utf-8"))):
            if library not in allowed:
                yield f"{path.relative_to(root)}:{line}: {library} may not be loaded here"


def _allowed(name: Path) -> set[str]:
    longest = max((room for room in ALLOWED if name.is_relative_to(room)), key=len, default="")
    return ALLOWED.get(longest, set())


def _loaded(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and library of each import that runs; what only the type checker reads costs nothing."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, (node.module or "").split(".")[0]
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from _loaded(ast.Module(node.orelse, []))
        else:
            yield from _loaded(node)


def main() -> int:
    """Print the faults; 1 if there are any."""
    found = list(faults(Path(__file__).resolve().parent.parent))
    print("\n".join(found) or "libraries: nothing is wrong")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
