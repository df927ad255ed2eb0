"""The form to sign in with, and what is shown where nothing may be shown."""

from __future__ import annotations

from typing import Final

from shall.page.forms import CSRF, button
from shall.page.said import coded
from shall.page.site import Shown
from shall.reports._tree import element

TITLES: Final = {401: "Sign in first", 403: "Not for you", 404: "There is no such page", 405: "Not in this way",
                 410: "Recalled", 429: "Wait a little", 500: "A fault of the server", 503: "Not now"}
NO_TOKENS: Final = "This server asks for no tokens: it answers to this machine alone."


def view(asks: str, to: str, csrf: str, wrong: str = "", status: int = 200) -> Shown:
    """The form; ``asks`` is the label of the one secret that it asks for."""
    if not asks:
        return Shown("Sign in", [element("p", NO_TOKENS), element("p", element("a", "To the models", href="/page"))])
    alert = element("p", wrong, class_="broken", role="alert", id="wrong") if wrong else None
    form = element(
        "form", element("input", type="hidden", name=CSRF, value=csrf),
        element("input", type="hidden", name="to", value=to),
        element("input", type="text", autocomplete="username", value="shall", hidden="hidden", readonly="readonly"),
        element("div", element("label", asks, for_="secret"),
                element("input", id="secret", name="token", type="password", autocomplete="current-password",
                        required="required", spellcheck="false", aria_describedby="wrong" if wrong else "about"),
                class_="field"),
        element("p", "shall tokens new NAME --role viewer makes one. It is kept in no page and in no address.",
                class_="pale", id="about"),
        button("Sign in"), method="post", action="/page/sign-in", class_="sheet")
    return Shown("Sign in", [alert, form], status=status)


def refused(status: int, detail: str) -> Shown:
    """Why it is not shown."""
    back = element("p", element("a", "To the models", href="/page"))
    return Shown(TITLES.get(status, "That cannot be shown"), [element("p", *coded(detail)), back], status=status)
