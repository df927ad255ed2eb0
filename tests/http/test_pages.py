"""The page over HTTP: who may look, by what proof, and what a browser is told to refuse."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from shall.api.shown.evidence import Evidence
from shall.http import pages, tokens
from shall.http.access import Grant
from shall.http.denied import Denied
from shall.http.identity import Admitted
from shall.http.pages import GUARDED, PAGED
from shall.http.token_table import ROLES
from shall.page import files
from shall.page.site import Site
from shall.page.table import PAGES
from tests.http import served
from tests.page import made

HTML = (b"accept", b"text/html,application/xhtml+xml")
FORM = (b"content-type", b"application/x-www-form-urlencoded")
WORD = re.compile(rb'name="csrf" value="([0-9a-f]{64})"')


class World:
    """A server with a story in its store, and tokens of each role where ``asks``."""

    def __init__(self, folder, store, asks):
        self.texts = served.make_tokens(folder / "tokens.toml") if asks else {}
        self.place = folder / "tokens.toml"
        self.service = served.service(folder)
        self.app = served.app(self.service, self.place if asks else None, site=Site(Evidence(store)))
        self.client = served.Client(self.app)

    def get(self, path, cookie=b"", *headers, method="GET"):
        return self.client(method, path, [HTML, *([(b"cookie", cookie)] if cookie else []), *headers])

    def post(self, path, fields, cookie=b"", *headers):
        return self.client("POST", path, [HTML, FORM, *([(b"cookie", cookie)] if cookie else []), *headers],
                           urlencode(fields).encode())

    def sign_in(self, role, to="", address="10.0.0.1"):
        word = WORD.search(self.get("/page/sign-in").body)[1].decode()
        body = urlencode({"csrf": word, "token": self.texts.get(role, role), "to": to}).encode()
        return self.client("POST", "/page/sign-in", [HTML, FORM], body, address)

    def cookie(self, role):
        return self.sign_in(role).headers[b"set-cookie"].split(b";")[0]

    def close(self):
        self.client.close()
        served.close(self.service)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with made.store_at(tmp_path_factory.mktemp("story") / "shall.db") as kept:
        yield kept


@pytest.fixture
def world(tmp_path, store):
    found = World(tmp_path, store, asks=True)
    yield found
    found.close()


@pytest.fixture
def alone(tmp_path, store):
    """Without tokens, for this machine."""
    found = World(tmp_path, store, asks=False)
    yield found
    found.close()


def test_every_line_of_the_table_is_a_route_with_the_policy_it_names():
    routes = {(route.method, route.pattern): route.policy.name for route in PAGED}
    assert {(page.method, page.pattern): page.policy for page in PAGES}.items() <= routes.items()
    assert len(routes) == len(PAGED) and all(page.view.__doc__ for page in PAGES)
    assert {key for key, policy in routes.items() if policy == "open"} == {
        ("GET", "/page/sign-in"), ("POST", "/page/sign-in"), ("GET", "/page/signed-in"), ("POST", "/page/sign-out"),
        ("POST", "/page/reports"), *(("GET", f"/page/static/{name}") for name in files.MEDIA)}


def test_nobody_sees_a_page_without_a_token(world):
    for path in ("/page", "/page/models/income", "/page/live", "/page/records/1", "/page/no/such", "/page/models/none"):
        found = world.get(path)
        assert found.status == 303 and found.headers[b"location"].startswith(b"/page/sign-in?to=%2Fpage"), path
        assert found.body == b""
        assert world.client("GET", path).status == 401, "a program is told as everywhere"


@pytest.mark.parametrize("role", ROLES)
def test_a_token_signs_in(world, role):
    found = world.sign_in(role)
    assert (found.status, found.headers[b"location"]) == (303, b"/page")
    header = found.headers[b"set-cookie"]
    assert b"HttpOnly" in header and b"SameSite=Strict" in header and world.texts[role].encode() not in header
    page = world.get("/page", header.split(b";")[0])
    assert page.status == 200 and f"{role} · {role}".encode() in re.sub(rb"<[^>]+>", b"", page.body)
    assert b"income" in page.body and world.texts[role].encode() not in page.body


def test_a_token_in_the_headers_is_enough(world):
    token = (b"authorization", b"Bearer " + world.texts["viewer"].encode())
    assert world.get("/page", b"", token).status == 200


def test_a_cookie_is_for_pages_and_nothing_else(world):
    cookie = world.cookie("viewer")
    assert world.get("/page", cookie).status == 200
    for path in ("/models", "/metrics", "/v2", "/openapi.json"):
        assert world.get(path, cookie).status == 401, "so that no page can have a browser decide or label"


def test_a_session_ends_with_its_token(world):
    cookie = world.cookie("viewer")
    assert world.get("/page", cookie).status == 200
    tokens.revoke(world.place, "viewer")
    world.app.entrance.tokens._looked -= 10.0
    assert world.get("/page", cookie).status == 303


def test_signing_out_ends_it(world):
    cookie = world.cookie("viewer")
    word = WORD.search(world.get("/page", cookie).body)[1].decode()
    found = world.post("/page/sign-out", {"csrf": word}, cookie)
    assert found.status == 303 and b"Max-Age=0" in found.headers[b"set-cookie"]
    assert world.get("/page", cookie).status == 303


def test_a_wrong_token_is_told_and_counted(world):
    for number in range(10):
        found = world.sign_in("shall_wrong", address="10.9.9.9")
        assert (found.status, b"set-cookie" in found.headers) == (401, False), number
        assert b"The token is unknown" in found.body and b"shall_wrong" not in found.body
    found = world.sign_in("shall_wrong", address="10.9.9.9")
    assert found.status == 429 and int(found.headers[b"retry-after"]) > 0
    assert world.sign_in("viewer", address="10.9.9.8").status == 303


@pytest.mark.parametrize(("to", "goes"), [
    ("/page/models/income", b"/page/models/income"), ("/page?a=1", b"/page?a=1"), ("", b"/page"),
    ("https://evil.example", b"/page"), ("//evil.example", b"/page"), ("/page//evil", b"/page"),
    ("/models", b"/page"), ("/page\r\nSet-Cookie: a=b", b"/page"), ("/page\\evil", b"/page"), ("/pagé", b"/page")])
def test_after_the_sign_in_one_stays_on_this_site(world, to, goes):
    assert world.sign_in("viewer", to).headers[b"location"] == goes


def test_a_form_needs_the_word_of_its_session(world):
    one, other = world.cookie("viewer"), world.cookie("regulator")
    word = WORD.search(world.get("/page", one).body)[1].decode()
    for fields, cookie in (({}, one), ({"csrf": ""}, one), ({"csrf": "0" * 64}, one), ({"csrf": word}, other)):
        found = world.post("/page/sign-out", fields, cookie)
        assert found.status == 403 and b"of another session" in found.body
    assert world.get("/page", one).status == 200


def test_a_page_of_another_site_can_send_no_form(world, alone):
    for one in (world, alone):
        cookie = one.cookie("viewer") if one is world else b""
        word = WORD.search(one.get("/page/sign-in" if one is alone else "/page", cookie).body or b"")
        fields = {"csrf": word[1].decode() if word else ""}
        for header in ((b"origin", b"http://evil.example"), (b"sec-fetch-site", b"cross-site"),
                       (b"host", b"evil.example")):
            assert one.post("/page/sign-out", fields, cookie, header).status == 403, header
        assert one.client("POST", "/page/sign-out", [HTML, (b"content-type", b"application/json")], b"{}").status == 415


def test_without_tokens_this_machine_may_look_and_forms_still_need_their_word(alone):
    page = alone.get("/page")
    assert page.status == 200 and b"this machine only" in page.body and b"set-cookie" not in page.headers
    assert alone.post("/page/sign-out", {"csrf": "0" * 64}).status == 403
    assert b"asks for no tokens" in alone.get("/page/sign-in").body
    assert alone.get("/page", b"", (b"x-forwarded-for", b"10.0.0.1")).status == 403, "a proxy: others can reach it"


def test_every_page_has_a_policy_that_runs_nothing_foreign(world):
    cookie = world.cookie("viewer")
    for path, status in (("/page", 200), ("/page/models/income", 200), ("/page/models/income/requirements/fair", 200),
                         ("/page/live", 200), ("/page/records/1", 200), ("/page/sign-in", 200), ("/page/none", 404)):
        found = world.get(path, cookie)
        assert found.status == status and found.headers[b"content-type"] == b"text/html; charset=utf-8"
        assert {name: found.headers[name] for name, _ in GUARDED} == dict(GUARDED)
        assert found.headers[b"cache-control"] == b"no-store"
        policy = found.headers[b"content-security-policy"]
        assert policy.startswith(b"default-src 'none'") and b"unsafe" not in policy
        assert b" style=" not in found.body and b"<style" not in found.body and b" onclick" not in found.body
        assert found.body.count(b"<script") == 1 and b"</script>" in found.body
    assert world.get("/page", cookie, method="HEAD").body == b""


def test_files_are_a_fixed_map_and_may_be_kept(world):
    for name, media in files.MEDIA.items():
        found = world.get(files.address(name))
        assert found.status == 200 and found.headers[b"content-type"] == media.encode()
        assert b"immutable" in found.headers[b"cache-control"] and found.body == files.content(name)
    assert world.get("/page/static/none.css").status == 303 and sum(
        len(files.content(name)) for name in files.MEDIA) < 40_000
    with pytest.raises(KeyError):
        files.content("../site.py")


def test_a_token_of_few_models_sees_those(world, store, tmp_path):
    text, _ = tokens.new(world.place, "tenant", "viewer", models=("other",))
    world.app.entrance.tokens._looked -= 10.0
    world.texts["tenant"] = text
    cookie = world.cookie("tenant")
    assert b"income" not in world.get("/page", cookie).body
    assert b"income" not in world.get("/page/live", cookie).body
    for path in ("/page/models/income", "/page/models/income/requirements/fair"):
        assert world.get(path, cookie).status == 403
    assert world.get("/page/records/1", cookie).status == 404


def test_reports_of_a_browser_are_kept_and_bounded(world):
    report = b'{"csp-report": {"blocked-uri": "http://evil.example/\\u001b[31m"}}'
    media = (b"content-type", b"application/csp-report")
    for _ in range(120):
        assert world.client("POST", "/page/reports", [media], report).status == 204
    assert len(world.app.pages.reports) == 100 and world.app.pages.reports[0] == report.decode()
    assert world.client("POST", "/page/reports", [], b"x" * 20_000).status == 413


@pytest.mark.parametrize("query", ["?" + "&".join(f"a{n}=1" for n in range(2_001)), "?a=%ff", "?before=%00",
                                   "?still=1&still=2"])
def test_odd_queries_are_no_fault_of_the_server(alone, query):
    assert alone.get(f"/page/live{query}").status in (200, 400)


def test_what_is_not_there_is_a_page_that_says_so(world):
    cookie = world.cookie("viewer")
    for path in ("/page/none", "/page/models/nobody", "/page/models/income/requirements/nothing", "/page/records/999",
                 "/page/records/x1", "/page/records/99999999999999999999"):
        found = world.get(path, cookie)
        assert found.status == 404 and b"There is no such page" in found.body, path
    found = world.client("DELETE", "/page", [HTML, (b"cookie", cookie)])
    assert found.status == 405 and b"Not in this way" in found.body


def test_a_fault_of_a_view_is_told_by_its_id_alone(alone, monkeypatch):
    monkeypatch.setattr(alone.app.pages.site.evidence, "refresh", lambda: 1 / 0)
    found = alone.get("/page")
    assert found.status == 500 and b"ZeroDivision" not in found.body and b"fault of the server" in found.body


class Elsewhere:
    """An identity provider, as OIDC has them: the browser goes there, and comes back with a code."""

    asks = ""

    def __init__(self):
        self.good = True

    def begin(self, state):
        return f"https://login.example/authorize?state={state}"

    def admit(self, given, client):
        if given.get("code") != "right":
            raise Denied(401, "The code is not right.")
        return Admitted(Grant("ana", "regulator"), b"subject")

    def still(self, admitted):
        return self.good and admitted.proof == b"subject"


def test_an_identity_provider_is_one_class(world):
    world.app.pages.identity = elsewhere = Elsewhere()
    begun = world.get("/page/sign-in").headers[b"location"].decode()
    assert begun.startswith("https://login.example/authorize?state=")
    state = begun.partition("state=")[2]
    assert world.get(f"/page/signed-in?state={state}&code=wrong").status in (303, 401)
    state = world.get("/page/sign-in").headers[b"location"].decode().partition("state=")[2]
    found = world.get(f"/page/signed-in?state={state}&code=right")
    cookie = found.headers[b"set-cookie"].split(b";")[0]
    assert found.status == 303 and b"ana" in world.get("/page", cookie).body
    assert world.get(f"/page/signed-in?state={state}&code=right").status == 403, "a state is good once"
    elsewhere.good = False
    assert world.get("/page", cookie).status == 303


def test_nobody_comes_back_where_the_form_asks(world):
    assert world.get("/page/signed-in?code=right").status == 403


def test_moved_leads_nowhere_else():
    assert dict(pages.moved("javascript:alert(1)").headers) == {b"location": b"/page"}
