"""`shall schema`: what an editor needs."""

from __future__ import annotations

import json

import jsonschema


def test_both_schemas_are_printed(shall):
    for arguments, title in ((("schema",), "shall file"), (("schema", "--pack"), "shall pack")):
        ran = shall(*arguments)
        assert (ran.code, ran.err) == (0, "")
        printed = json.loads(ran.out)
        jsonschema.Draft202012Validator.check_schema(printed)
        assert printed["title"] == title
