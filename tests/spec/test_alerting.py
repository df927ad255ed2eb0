"""`[alert]` of a serve file, and who answers where one falls back: read whole, or told with its place."""

from __future__ import annotations

import pytest

from shall.core.errors import FileError
from shall.spec import serving
from shall.spec.alerting import AlertOptions

HEAD = 'serve = 1\n[income]\nbundles = { 6 = "6.zip", 7 = "7.zip" }\nin_charge = "7"\n'


def test_all_that_can_be_said() -> None:
    found = serving.loads(HEAD + """fall_back = 6
[alert]
webhooks = ["https://hooks.example.org/shall", "http://10.0.0.7:8080/a?b=c"]
header = { Authorization = "Bearer $HOOK_TOKEN", X-Team = "$TEAM" }
secret = "$HOOK_SECRET"
allow_private = true
""")
    assert found.served["income"].fall_back == "6"
    assert found.alert == AlertOptions(
        ("https://hooks.example.org/shall", "http://10.0.0.7:8080/a?b=c"),
        {"Authorization": "Bearer $HOOK_TOKEN", "X-Team": "$TEAM"}, "$HOOK_SECRET", True)
    assert serving.loads(HEAD).alert == AlertOptions()


@pytest.mark.parametrize(("text", "said"), [
    ('[alert]\nwebhooks = ["ftp://a.example.org", "https://me:s3cret@a.example.org/"]\n',
     [(6, 13, "this is no address of a webhook"),
      (6, 36, "an address with a user, a password or a part of a page is not called")]),
    ("[alert]\n", [(5, 2, "[alert] names no webhook")]),
    ('[alert]\nwebhooks = "https://a.example.org"\n', [(6, 12, "`webhooks` is a list of texts")]),
    ('[alert]\nwebhooks = ["https://a.example.org"]\nsecret = "s3cret"\nallow_private = "yes"\nretries = 3\n',
     [(7, 10, "`secret` is no name of a variable of the environment"),
      (8, 17, "`allow_private` is true or false, not a text"), (9, 1, "there is no key `retries` in [alert]")]),
    ('[alert]\nwebhooks = ["https://a.example.org"]\nheader = { Authorization = "Bearer s3cret", Host = "$A" }\n',
     [(7, 28, "a header that is given here has a secret, and a file has none"),
      (7, 45, "`Host` is no header that can be given here")]),
    ('fall_back = "5"\n', [(5, 13, 'there is no bundle of version "5"')]),
    ('fall_back = "7"\n', [(5, 13, "version 7 is in charge, so it cannot take its own place")]),
])
def test_what_is_wrong(text: str, said: list[tuple[int, int, str]]) -> None:
    with pytest.raises(FileError) as told:
        serving.loads(HEAD + text)
    found = told.value.problems
    assert [(one.line, one.column, one.message) for one in found] == said and all(one.fix for one in found)
    assert "s3cret" not in str(told.value)
