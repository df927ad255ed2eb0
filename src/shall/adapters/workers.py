"""Work that is done side by side, by joblib here or on a Ray cluster; results come in the order of the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from shall.core.errors import InputError, MissingExtra, ShallError

Item = TypeVar("Item")
Found = TypeVar("Found")


class WorkerLost(ShallError):
    """A worker died before it gave back what its work came to."""


def side_by_side(work: Callable[[Item], Found], items: Sequence[Item], workers: int = 1, on: str = "") -> list[Found]:
    """What the work makes of each item, by so many workers; ``on``: ``"ray"``, or nothing for processes here.

    With one worker it is done in this process. Raises MissingExtra where the library is missing, WorkerLost where a
    process died.
    """
    if on not in ("", "ray"):
        raise InputError(f"work is done side by side here (\"\") or on \"ray\", not on {on!r}")
    if workers <= 1 and not on:
        with one_thread():
            return [work(item) for item in items]
    joblib = _joblib(on)
    how = {} if on else {"inner_max_num_threads": 1}
    with joblib.parallel_config(backend=on or "loky", n_jobs=max(workers, 2), **how):
        try:
            return list(joblib.Parallel()(joblib.delayed(work)(item) for item in items))
        except (joblib.externals.loky.process_executor.TerminatedWorkerError, joblib.externals.loky.BrokenProcessPool
                ) as error:
            raise WorkerLost("a worker died, perhaps for lack of memory") from error
        except KeyboardInterrupt:
            if not on:                      # joblib leaves them for later calls, and there is none
                joblib.externals.loky.get_reusable_executor().shutdown(wait=True, kill_workers=True)
            raise


@contextmanager
def one_thread() -> Iterator[None]:
    """Linear algebra with one thread, as in every worker: sums of floats depend on the number of threads."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:                     # it comes with the libraries that need it
        yield
        return
    with threadpool_limits(1):
        yield


def _joblib(on: str) -> Any:
    try:
        import joblib
    except ImportError as error:
        raise MissingExtra("joblib", "build", "parallel workers") from error
    if on == "ray":
        try:
            from ray.util.joblib import register_ray
        except ImportError as error:
            raise MissingExtra("ray", "ray", "workers on a Ray cluster") from error
        register: Any = register_ray
        register()
    return joblib
