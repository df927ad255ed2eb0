"""The rules of a measure's docstring, which is also its page and a test of it."""

from __future__ import annotations

import doctest
import io
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Final

SECTIONS: Final = ("Meaning", "When not available", "How to mend", "Example", "Reference")
HEADING: Final = re.compile(rf"^({'|'.join(SECTIONS)}):", re.MULTILINE)


def faults(module: ModuleType) -> Iterator[str]:
    """What is wrong with the docstring of a measure file."""
    text = module.__doc__ or ""
    first, _, rest = text.partition("\n")
    if not first.strip() or not first.strip().endswith("."):
        yield "the docstring must begin with one line that says what is measured and ends with a full stop"
    if rest and rest.partition("\n")[0].strip():
        yield "the first line of the docstring must be followed by an empty one"
    written = sections(text)
    if tuple(written) != SECTIONS:
        yield (f"the docstring must have the sections {', '.join(SECTIONS)}, in this order; "
               f"it has {', '.join(written) or 'none'}")
    yield from (f"the section {name} of the docstring is empty" for name, content in written.items() if not content)
    yield from _example_faults(module)


def sections(text: str) -> dict[str, str]:
    """The sections of a docstring by name, in the order in which they were written."""
    starts = [*HEADING.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1]: text[match.end():end].strip() for match, end in zip(starts, ends, strict=True)}


def _example_faults(module: ModuleType) -> Iterator[str]:
    example = doctest.DocTestParser().get_doctest(
        module.__doc__ or "", dict(vars(module)), module.__name__, module.__file__, 0)
    if not any("estimate(" in step.source for step in example.examples):
        yield "the example must call `estimate`"
    said = io.StringIO()
    if doctest.DocTestRunner(verbose=False).run(example, out=said.write).failed:
        yield f"the example in the docstring does not hold:\n{said.getvalue()}"
