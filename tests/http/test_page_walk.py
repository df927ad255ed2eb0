"""S1 for the page: every route × method × who asks, by token and by session, as declared by hand, apart from the code.

A page that is not here fails this test: who may ask for it is said twice, or it is not served.
"""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from shall.api.shown.evidence import Evidence
from shall.http import tokens
from shall.http.pages import PAGED
from shall.http.router import Router
from shall.http.routes import ROUTES
from shall.http.token_table import ROLES
from shall.page import files
from shall.page.site import Site
from tests.http import served
from tests.page import made

EVERY = {"viewer", "reviewer", "producer", "user", "regulator"}
WRITES, RECALLS = {"producer", "regulator"}, {"user", "producer", "regulator"}
MODEL = "/page/models/{name}"
DECLARED = {
    ("GET", "/page"): EVERY, ("GET", "/page/live"): EVERY, ("GET", "/page/records/{record}"): EVERY,
    ("GET", MODEL): EVERY, ("GET", MODEL + "/requirements/{requirement}"): EVERY, ("GET", MODEL + "/edit"): EVERY,
    ("GET", MODEL + "/slices"): EVERY, ("GET", MODEL + "/data"): EVERY, ("GET", MODEL + "/compare"): EVERY,
    ("GET", MODEL + "/graph"): EVERY, ("GET", MODEL + "/versions"): EVERY,
    ("GET", MODEL + "/rows"): {"reviewer", "producer", "regulator"},
    ("POST", MODEL + "/propose"): WRITES, ("POST", MODEL + "/decline"): WRITES, ("POST", MODEL + "/subset"): WRITES,
    ("POST", MODEL + "/sign"): {"regulator"}, ("POST", MODEL + "/lift"): {"regulator"},
    ("POST", MODEL + "/recall"): RECALLS,
    ("GET", "/page/review"): {"reviewer"}, ("GET", MODEL + "/review"): {"reviewer"},
    ("POST", MODEL + "/review"): {"reviewer"}, ("GET", "/page/trail"): WRITES,
    ("GET", "/page/sign-in"): None, ("POST", "/page/sign-in"): None, ("GET", "/page/signed-in"): None,
    ("POST", "/page/sign-out"): None, ("POST", "/page/reports"): None,
    **{("GET", f"/page/static/{name}"): None for name in files.MEDIA},      # for everybody
}
OF_ALL = {"/page", "/page/live", "/page/records/{record}", "/page/review", "/page/trail"}   # show what a token is for
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get")
ASKERS = ("none", "bad", "expired", "tenant", *ROLES)
FORM = (b"content-type", b"application/x-www-form-urlencoded")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk")
    texts = served.make_tokens(folder / "tokens.toml")
    texts["tenant"], _ = tokens.new(folder / "tokens.toml", "tenant", "regulator", models=("other",))
    with made.store_at(folder / "shall.db") as store:
        service = served.service(folder)
        app = served.app(service, folder / "tokens.toml", site=Site(Evidence(store)))
        client = served.Client(app)
        yield client, texts, app
        client.close()
        served.close(service)


def asked(world, method, pattern, asker, number):
    client, texts, _ = world
    path = pattern.replace("{name}", "income").replace("{requirement}", "fair").replace("{record}", "2")
    text = {"none": "", "bad": "shall_wrong"}.get(asker, texts.get(asker, ""))
    headers = [FORM] * (method == "POST") + [(b"authorization", b"Bearer " + text.encode())] * bool(text)
    return client(method, path, headers, b"a=b" if method == "POST" else b"", f"10.0.{number >> 8}.{number & 255}")


def wanted(method, pattern, asker):
    """The status that has to be answered; None where it is whatever the view says of an empty form."""
    method = "GET" if method == "HEAD" else method
    roles = DECLARED.get((method, pattern), EVERY)
    if roles is None:
        return None
    if asker == "tenant" and (pattern not in OF_ALL or "regulator" not in roles):
        return 403
    if (method, pattern) not in DECLARED:
        return 405 if asker in ROLES else 403 if asker == "tenant" else 401
    if asker not in ROLES and asker != "tenant":
        return 401
    return None if asker == "tenant" or asker in roles else 403


def test_every_cell_is_as_declared(world):
    wrong, cells = [], 0
    for pattern in sorted({route.pattern for route in PAGED}):
        for method in METHODS:
            for asker in ASKERS:
                cells += 1
                found, want = asked(world, method, pattern, asker, cells).status, wanted(method, pattern, asker)
                if found == 405 and asker == "tenant" and pattern in OF_ALL:
                    continue
                if (want is None and (found in (401, 405) or found >= 500)) or want not in (None, found):
                    wrong.append((method, pattern, asker, found, want))
    print(f"{cells} cells")
    assert not wrong and cells == len({route.pattern for route in PAGED}) * len(METHODS) * len(ASKERS) > 1_500


def test_what_is_declared_is_what_there_is():
    assert {(route.method, route.pattern) for route in PAGED} == DECLARED.keys()
    Router((*ROUTES, *PAGED))               # none stands twice, each has a policy


def test_a_session_may_what_its_token_may_and_forms_need_their_word(world):
    client, texts, app = world
    for role in ROLES:
        word = app.pages.sessions.word(b"")
        body = urlencode({"csrf": word, "token": texts[role]}).encode()
        cookie = client("POST", "/page/sign-in", [FORM], body).headers[b"set-cookie"].split(b";")[0]
        for (method, pattern), roles in DECLARED.items():
            if roles is None:
                continue
            path = pattern.replace("{name}", "income").replace("{requirement}", "fair").replace("{record}", "2")
            headers = [(b"cookie", cookie)] + [FORM] * (method == "POST")
            found = client(method, path, headers, b"a=b" if method == "POST" else b"")
            if role not in roles or method == "POST":
                assert found.status == 403, (role, method, pattern)
                assert (b"of another session" in found.body) == (role in roles)
            else:
                assert found.status < 500 and found.status not in (401, 403), (role, method, pattern, found.body[:200])
