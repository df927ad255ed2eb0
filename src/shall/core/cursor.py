"""A place in the tokens of a line, and the small readings that every part of the grammar shares."""

from __future__ import annotations

from shall.core.lexer import Fault, Token, tokens
from shall.core.words import RESERVED, Scalar


class Cursor:
    """Walks the tokens of a line; ``marks`` keeps where each name stood, for later messages."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.marks: dict[tuple[str | int, ...], int] = {}

    def peek(self, ahead: int = 0) -> Token:
        """The token that comes, or a later one; past the end it is the end."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The token that comes, and go on."""
        token = self.peek()
        self.at += 1
        return token

    @property
    def behind(self) -> int:
        """The character after the last token that was taken."""
        return self.tokens[self.at - 1].end if self.at else 0

    def sees(self, *words: str, ahead: int = 0) -> bool:
        """Whether one of these marks or (unquoted) words comes."""
        token = self.peek(ahead)
        return token.kind in ("mark", "name") and not token.quoted and token.text in words

    def skip(self, *words: str) -> Token | None:
        """Take one of these marks or words if it comes."""
        return self.take() if self.sees(*words) else None

    def expect(self, word: str, where: str, fix: str = "") -> Token:
        """Take this mark or word; Fault where something else comes."""
        if not self.sees(word):
            raise Fault(self.peek().start, f"expected `{word}` {where}, found {self.peek()}", fix)
        return self.take()

    def name(self, what: str, *mark: str | int) -> str:
        """Take a name of something, and remember where it stood."""
        token = self.peek()
        if token.kind != "name":
            fix = "odd names stand in backticks, without quotes" if token.kind == "text" else ""
            raise Fault(token.start, f"expected {what}, found {token}", fix)
        if token.text in RESERVED and not token.quoted:
            raise Fault(token.start, f"expected {what}, found the word `{token.text}` of the language",
                        f"if it is a name, put it in backticks: `{token.text}`")
        if mark:
            self.marks[mark] = token.start
        return self.take().text

    def number(self, what: str) -> tuple[str, int | float]:
        """Take a number, perhaps negative: as written, and its value."""
        sign = "-" if self.skip("-") else ""
        token = self.peek()
        if token.kind != "number":
            raise Fault(token.start, f"expected {what}, found {token}")
        text = sign + self.take().text
        return text, int(text) if text.lstrip("-").isdigit() else float(text)

    def value(self, what: str) -> Scalar:
        """Take a value of a filter: a number, a text in single quotes, ``true`` or ``false``."""
        if word := self.skip("true", "false"):
            return word.text == "true"
        token = self.peek()
        if token.kind == "text":
            return self.take().text
        if token.kind == "name":
            raise Fault(token.start, f"expected {what}, found the name {token}",
                        f"text stands in single quotes: '{token.text}'")
        value = self.number(what)[1]
        if self.sees("%"):
            raise Fault(self.peek().start, "a value of a filter is a plain number", "write 0.2 for 20%")
        return value
