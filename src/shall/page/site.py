"""What a view is given, and what it gives back."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shall.core.errors import InputError
from shall.page.travel import meant, sent
from shall.reports._tree import Inside

if TYPE_CHECKING:
    from shall.api.service.serving import Serving
    from shall.api.shown.evidence import Evidence
    from shall.api.shown.rows_in_service import InServiceRows
    from shall.bundle.keys import Private

RECORDED: Final = "Each figure here is the one in the record that it links to."
MOST: Final = 500                           # characters of one word of a query that a view is given
LONGEST: Final = 2_000                      # of a filter, a line or a reason


@dataclass(frozen=True, slots=True)
class Site:
    """What the views may read."""

    evidence: Evidence
    serving: Serving | None = None          # the models in service, where the page is served beside them
    file: str = ""                          # path of the shall file, for those who propose; "": none
    data: str = ""                          # path of a log with rows, for those who drill in; "": none
    key: Private | None = None              # of the regulator, where this page signs with it
    log: str = ""                           # the folder that `decisions/` lies in, for those who review; "": none
    served: InServiceRows | None = None     # what the models in service answered, for those who drill in
    labels: str = ""                        # path of a log of labels that came later, for the rows of `data`; "": none
    reviews: Mapping[str, Evidence] = field(default_factory=dict)   # of models whose server has another store
    reviewed: Mapping[str, str] = field(default_factory=dict)       # how these stores are called


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks. Without tokens everybody on this machine may everything, and has no name."""

    name: str = ""
    role: str = ""                          # viewer, reviewer, producer, user, regulator; "": no token is asked for
    models: tuple[str, ...] = ()            # the only models that the token is for; none means all
    may: frozenset[str] = frozenset()       # the names of the policies that let this role in

    def sees(self, model: str) -> bool:
        """Whether a model may be shown, by its name."""
        return not self.models or model in self.models


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a page. ``path`` has the named parts of its address, as they stand there."""

    page: Page
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    form: Mapping[str, Sequence[str]]
    who: Who
    csrf: str                               # what a form must send back: see `forms.form`
    now: datetime.datetime                  # UTC
    called: str = ""                        # how somebody without a token has called themselves in this browser

    def one(self, name: str, otherwise: str = "") -> str:
        """The first value of the form, else of the query, at most 500 characters of it."""
        return self._said(name, otherwise)[:MOST]

    def whole(self, name: str, what: str) -> str:
        """All of a field: half a filter would be another one. InputError where it is long; ``what`` it is."""
        found = self._said(name)
        if len(sent(found)) > LONGEST:
            raise InputError(f"{what} has at most {LONGEST:,} letters here")
        return found

    def asks(self) -> dict[str, str]:
        """The first value of every word of the query."""
        return {meant(name): meant(values[0]) for name, values in self.query.items()}

    def _said(self, name: str, otherwise: str = "") -> str:
        found = self.form.get(name) or self.query.get(name)
        return meant(found[0]) if found else otherwise


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as a view gives it. ``top``: what stands beside the title, such as a badge or a sentence."""

    title: str
    main: Sequence[Inside]
    top: Sequence[Inside] = ()
    crumbs: Sequence[tuple[str, str]] = ()  # words and address of what stands above
    model: str = ""                         # the model that it is about: its tabs are shown
    status: int = 200
    refresh: int = 0                        # seconds after which it is loaded again; 0: never
    called: str = ""                        # how somebody without a token calls themselves, for the next page
    figures: str = RECORDED                 # where its figures come from, in a sentence; "": it has no such


@dataclass(frozen=True, slots=True)
class Moved:
    """Go there instead: what a form answers when it was taken."""

    to: str                                 # an address on this site, from its root
    called: str = ""                        # as of `Shown`


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the table. ``policy``: a name of `http.access.POLICIES`."""

    pattern: str                            # "/page/models/{name}/slices"
    view: Callable[[Site, Asked], Shown | Moved]
    policy: str
    method: str = "GET"
    menu: str = ""                          # its word in the menu of every page
    tab: str = ""                           # its word among the tabs of a model; the pattern is of {name} alone
    every: bool = False                     # shows only what `who.sees`, so that tokens of few models may ask for it
    takes: frozenset[str] = field(default_factory=frozenset)    # fields of its form, where others are to be refused
