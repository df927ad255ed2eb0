"""What pytest collects of a shall file: a test a requirement, and one check that serves them all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shall import api, spec
from shall.core.errors import ShallError
from shall.core.verdict import Finding
from shall.reports import _told

if TYPE_CHECKING:
    from shall.core.verdict import Verdict
    from shall.phases.check import CheckReport


class WaivedWarning(UserWarning):
    """A requirement that is not met, and that somebody answers for until a date."""


class NotMet(Exception):
    """A requirement that is broken or undecided."""


class ShallFile(pytest.File):
    """A shall file: its requirements are tests of one check."""

    def collect(self) -> Iterator[RequirementItem]:
        """A test for each requirement of the phase `check`."""
        try:
            asked = spec.load(self.path)
        except ShallError as error:
            raise self.CollectError(str(error)) from None
        for requirement in asked.requirements:
            if "check" in requirement.phases:
                yield RequirementItem.from_parent(self, name=requirement.name)

    @cached_property
    def checked(self) -> CheckReport | Exception:
        """What the check found; an error is kept, so that no test repeats the check."""
        try:
            return api.check(self.path)
        except Exception as error:          # raised again by each test, whatever it is
            return error

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts by name; the error of the check where it could not be made."""
        if isinstance(self.checked, Exception):
            raise self.checked
        return {verdict.name: verdict for verdict in self.checked.verdicts}


class RequirementItem(pytest.Item):
    """One requirement."""

    parent: ShallFile

    def runtest(self) -> None:
        """Fail where the requirement is broken or undecided; warn where it is waived."""
        verdict = self.parent.verdicts[self.name]
        if verdict.verdict is Finding.WAIVED:
            self.warn(WaivedWarning(f"{self.name} is {_told.waived(verdict)}"))
        elif verdict.verdict is not Finding.MET:
            raise NotMet(_told.table(verdict))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str | Any:
        """The verdict as `shall check` prints it; an error by its own message."""
        if isinstance(excinfo.value, NotMet | ShallError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the requirement stands in its file."""
        checked = self.parent.__dict__.get("checked")
        line = getattr(checked, "places", {}).get(self.name, (0, 0))[0]
        return self.path, line - 1 if line else None, self.name
