"""Every error that shall raises on purpose.

ShallError                       exit code 4
├── InputError                   2   the user can mend it
│   ├── FileError                2   a shall file with one or more problems, each with its place
│   ├── DataError                2   a log, column, label or group that is not as it must be
│   ├── MissingExtra             2   an optional library that is not installed
│   ├── LooksSpent               2   the gate's budget of looks is used up
│   ├── Faults                   2   rows that a model in service cannot take, with every fault of them
│   └── Unknown                  2   a model, or a version of it, that is not in service
├── NoModel                      1   the search certified nothing
├── NotReady                     1   a model in service that cannot answer yet, or no more
│   └── Stopped                  1   one that answers no more because a promise was broken
├── Refused                      1   a bundle or a signature that is not what it has to be
│   └── Recalled                 1   a model that was called back
└── StoreError                   4   the evidence store is damaged or cannot be used
    ├── Repeated                 4   a decision of this request is kept already
    ├── Damaged                  4   it is not what was written
    └── Unusable                 2   what an address names is no store, or it cannot be reached or written

A message says what is wrong, where, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass


class ShallError(Exception):
    """The root of the tree; ``exit_code`` is what the command line returns."""

    exit_code = 4


class InputError(ShallError):
    """Something that the user gave and can mend."""

    exit_code = 2


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a text: ``line`` and ``column`` count from 1, 0 where there is none."""

    file: str
    line: int
    column: int
    message: str
    fix: str = ""

    @property
    def place(self) -> str:
        """`shall.toml:12:9`; of a text that is no file `the proposed line, character 9`."""
        if self.column and not self.line:
            return f"{self.file}, character {self.column}"
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)

    def __str__(self) -> str:
        fix = self.fix.replace("\n", "\n    ")
        return f"{self.place}: {self.message}" + (f"\n    {fix}" if fix else "")


class FileError(InputError):
    """A shall file or a requirement that cannot be read; carries every problem at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class DataError(InputError):
    """A log, column, label or group that is not as it must be."""


class MissingExtra(InputError):
    """An optional library that is not installed."""

    def __init__(self, library: str, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs {library}: pip install 'shall[{extra}]'")


class LooksSpent(InputError):
    """The gate's budget of looks is used up."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row that a model in service was given: ``what`` in one sentence, and what to do.

    ``row`` counts from 0, None where it is about all of them; ``field`` is empty where it is about a whole row.
    """

    row: int | None
    field: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return ("" if self.row is None else f"row {self.row}: ") + self.what + (f"; {self.fix}" if self.fix else "")


class Faults(InputError):
    """Rows that a model in service cannot take; carries every fault at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class Unknown(InputError):
    """A model, or a version of it, that is not in service."""


class NoModel(ShallError):
    """The search certified nothing."""

    exit_code = 1


class NotReady(ShallError):
    """A model in service that cannot answer yet, or no more."""

    exit_code = 1


class Stopped(NotReady):
    """A model in service that answers no more because a promise was broken; ``code`` says which way was taken."""

    def __init__(self, message: str, code: str = "stopped") -> None:
        super().__init__(message)
        self.code = code


class Refused(ShallError):
    """A bundle or a signature that is not what it has to be: changed, replayed, or signed by somebody else."""

    exit_code = 1


class Recalled(Refused):
    """A model, or a version of it, that was called back."""


class StoreError(ShallError):
    """The evidence store is damaged or cannot be used."""


class Damaged(StoreError):
    """What a store holds is not what was written into it."""


class Unusable(StoreError):
    """What an address names is no store, or it cannot be reached or written: the user can mend it."""

    exit_code = 2


class Repeated(StoreError):
    """A decision of this request is kept already, so another was not."""

    def __init__(self, request: str) -> None:
        super().__init__(f"a decision of the request {request!r} is kept already")
        self.request = request
