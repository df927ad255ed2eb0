"""Characters that cannot be seen, or that look like others: what to say of them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from shall.core.lexer import Fault

CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")       # of those, \r\n is a newline by now
CURLY: Final = "\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"


def refuse_control(text: str) -> None:
    """Fault at the first character that no text file has."""
    if not (match := CONTROL.search(text)):
        return
    if match.group() == "\r":
        raise Fault(match.start(), "a carriage return stands alone", "save the file with newlines of Unix or Windows")
    raise Fault(match.start(), f"the control character U+{ord(match.group()):04X} cannot stand in the file",
                "delete it; where there are many the file may be UTF-16: save it as UTF-8")


def foreign(character: str) -> tuple[str, str]:
    """What is wrong with a character outside of quotes, and the fix; empty where it is a plain one."""
    if character in CURLY:
        return f"{shown(character)} is no quote of TOML", 'type it again as a straight one: " or \''
    if character.isascii():
        return "", ""
    if character.isprintable() and character.isalnum():
        return (f"{shown(character)} cannot stand in a key without quotes",
                'if it was meant as another letter type it again, else write the key in quotes: "größe" = …')
    return f"{shown(character)} cannot stand here", "delete it, or type a plain one in its place"


def meant(word: str, near: str) -> str:
    """``did you mean `sex`?``, and by which letter the two differ where the eye cannot tell."""
    odd = next((character for character in word if not character.isascii()), "")
    hint = f" here {shown(odd)} only looks like one of its letters" if odd and near.isascii() else ""
    return f"did you mean `{near}`?{hint}"


def shown(character: str) -> str:
    """A character with its name: `U+0430 CYRILLIC SMALL LETTER A`."""
    name = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
    return f"`{character}` ({name})" if character.isprintable() else name
