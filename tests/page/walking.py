"""A tab of a real browser that is walked by its links and buttons, and all that it did beside being shown."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 90_000                           # milliseconds that a busy machine gets
REDIRECTS = (301, 302, 303, 307, 308)
WATCH = """
    window.broken = [];
    document.addEventListener("securitypolicyviolation", event => window.broken.push(event.violatedDirective));
    for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => window.broken.push(name);
"""
needed = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")


def heard(tab: Any) -> list[str]:
    """What a tab does from now on beside being shown: dialogs, errors, lines of its console."""
    said = list[str]()
    tab.set_default_timeout(PATIENCE)
    tab.on("dialog", lambda dialog: (said.append(f"dialog {dialog.message}"), dialog.dismiss()))
    tab.on("pageerror", lambda error: said.append(f"error {error}"))
    tab.on("console", lambda line: said.append(f"console {line.text}"))
    tab.add_init_script(WATCH)
    return said


class Walk:
    """A tab of the server at `root`, such as http://127.0.0.1:8000."""

    def __init__(self, tab: Any, root: str) -> None:
        self.tab, self.root, self.said, self.foreign = tab, root, heard(tab), list[str]()
        tab.on("request", lambda asked: self.foreign.append(asked.url) if not asked.url.startswith(root) else None)

    def open(self, path: str, status: int = 200) -> Any:
        """Go to a page, and hold that it did nothing else."""
        assert self.tab.goto(self.root + path).status == status
        if status != 200:
            self.said.clear()               # the browser notes it
        return self.still()

    def still(self) -> Any:
        """Nothing ran, nothing was refused, nothing was asked of anybody else."""
        assert self.tab.evaluate("window.broken") == [] and self.said == [] and self.foreign == []
        return self.tab

    def to(self, where: Any, status: int = 200) -> Any:
        """Click what leads to another page, and wait until that is there as a whole: a click alone does not.

        A page that loads itself again meanwhile is not what the click led to, so a GET of the address one is on is left
        out: a link to that same address would not be waited for.
        """
        where.wait_for()
        here = self.tab.url

        def led(asked: Any) -> bool:
            answer = asked.existing_response
            return (asked.is_navigation_request() and answer is not None and answer.status not in REDIRECTS
                    and (asked.method == "POST" or asked.redirected_from is not None or asked.url != here))

        with self.tab.expect_request_finished(led) as told:     # its document stands by then, in part
            where.click()
        self.tab.wait_for_load_state()
        assert told.value.existing_response.status == status
        if status != 200:
            self.said.clear()
        return self.still()

    def follow(self, name: str) -> Any:
        """Click a link by its name."""
        return self.to(self.tab.get_by_role("link", name=name, exact=True).first)

    def press(self, name: str, status: int = 200) -> Any:
        """Click a button that sends a form, by its name."""
        return self.to(self.tab.get_by_role("button", name=name, exact=True), status)

    def axe(self, asked: dict[str, Any] | None = None) -> int:
        """axe-core finds nothing to mend; how many of its rules this page passed."""
        found = importlib.util.find_spec("axe_playwright_python")
        if found is None or not found.submodule_search_locations:
            pytest.skip("there is no axe-core: pip install axe-playwright-python")
        self.tab.evaluate((Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8"))
        told = self.tab.evaluate("asked => axe.run(document, asked)", asked or {})
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in told["violations"]] == []
        return len(told["passes"])


@contextlib.contextmanager
def tab_of(browser: Any, server: dict[str, Any], **options: Any) -> Iterator[Walk]:
    with contextlib.closing(browser.new_context(**options)) as context:
        yield Walk(context.new_page(), server["url"].removesuffix("/page"))
