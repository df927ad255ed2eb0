"""What a report reads: any object of these shapes, from whichever verb it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from shall.core.log import GroupDef
    from shall.core.requirement import Requirement
    from shall.core.verdict import Finding, Verdict

Paint = Callable[[str, str], str]           # a text and the name of its style, to the text as it is printed


class Looks(Protocol):
    """Which look at the gate this was."""

    @property
    def number(self) -> int: ...
    @property
    def budget(self) -> int: ...
    @property
    def repeated(self) -> bool: ...


class Checked(Protocol):
    """What `check` found."""

    @property
    def subject(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def verdicts(self) -> tuple[Verdict, ...]: ...
    @property
    def verdict(self) -> Finding: ...
    @property
    def rows(self) -> int: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def digests(self) -> Mapping[str, str]: ...
    @property
    def looks(self) -> Looks | None: ...


class Windowed(Protocol):
    """One window of a watch."""

    @property
    def label(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def labelled(self) -> int | None: ...
    @property
    def verdicts(self) -> tuple[Verdict, ...]: ...
    @property
    def alarms(self) -> tuple[Verdict, ...]: ...


class Watched(Protocol):
    """What `watch` found."""

    @property
    def subject(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def windows(self) -> Sequence[Windowed]: ...
    @property
    def size(self) -> str: ...
    @property
    def promise(self) -> str: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


class Asked(Protocol):
    """What a shall file asks for."""

    @property
    def path(self) -> Path | None: ...
    @property
    def confidence(self) -> float: ...
    @property
    def groups(self) -> tuple[GroupDef, ...]: ...
    @property
    def requirements(self) -> tuple[Requirement, ...]: ...
