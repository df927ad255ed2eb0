r"""Texts on their way through a browser and back: a field has one line, and a form writes every line break anew.

What would not come back as it was, is written as ``\u{a}``, by its number; everything else stands there as it is. So a
filter on a value with a line break is the same filter when it is sent.
"""

from __future__ import annotations

import re
from typing import Final

WRITTEN: Final = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
OPENS: Final = re.compile(r"\\(?=u\{)")
NOTE: Final = r"\u{a} stands for the character of that number, here a line break: a field has room for one line."


def sent(text: str) -> str:
    """A text as a field, a form or an address may hold it; `meant` gives it back."""
    text = OPENS.sub(r"\\u{5c}", text)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{{{ord(char):x}}}" for char in text)


def meant(text: str) -> str:
    """What was sent. A number that is of no character stays as it is written."""
    return WRITTEN.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return found[0] if number > 0x10FFFF or 0xD800 <= number < 0xE000 else chr(number)
