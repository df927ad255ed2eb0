"""A page as a reader has it: its elements, attributes and text, read by the parser of the standard library."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

TAGS = frozenset(re.findall(r"\w+", """
a article body button circle code data dd desc details div dl dt figcaption figure fieldset footer form g h1 h2 h3 h4
head header html input label legend li line link main meta nav noscript ol option p path polygon polyline pre rect
script section select span strong summary svg table tbody td text textarea th thead time title tr caption ul defs
marker clippath tspan ellipse em small ins del
"""))
EMPTY = {"input", "link", "meta"}
ADDRESS = re.compile(r"/page(/|\?|#|$)|#")


class Page(HTMLParser):
    """What a page holds."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.odd: list[str] = []
        self.options: list[str] = []        # the words of each choice
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.odd.append(f"</{tag}>")

    def handle_data(self, data):
        self.texts.append(data)
        if self.open and self.open[-1] == "option":
            self.options.append(data)

    def handle_comment(self, data):
        self.odd.append(f"<!--{data}")

    def unknown_decl(self, data):
        self.odd.append(f"<![{data}")

    @property
    def text(self) -> str:
        """Everything that is read, spaces made one."""
        return " ".join("".join(self.texts).split())

    def values(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [value for _, key, value in self.attributes if key == name]

    def faults(self) -> list[str]:
        """What a name of somebody could have brought in."""
        found = [*self.odd, *(f"<{tag}>" for tag in self.tags if tag not in TAGS)]
        found += [f"{name}={value}" for _, name, value in self.attributes
                  if name.startswith("on") or name in ("style", "srcdoc", "formaction", "xlink:href")]
        found += [value for name in ("href", "action") for value in self.values(name) if not ADDRESS.match(value)]
        found += [value for value in self.values("src") if not value.startswith("/page/static/")]
        ids = Counter(self.values("id"))
        found += [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]
        if self.tags["script"] != 1 or self.tags["main"] != 1 or self.tags["h1"] != 1 or self.open:
            found.append(f"{self.tags['script']} scripts, {self.tags['main']} mains, {self.tags['h1']} titles, "
                         f"{self.open} open")
        return found
