"""An alert as it is sent to others: JSON of a versioned schema, `schema/alert-1.json`; no row of anybody is in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shall.core.alarm import Alarm
from shall.core.responses import Response
from shall.reports._alarms import about_of

VERSION: Final = 1
LONGEST: Final = 500                        # characters of a text


def told(responses: Sequence[Response], alarm: Alarm) -> dict[str, Any]:
    """What was done about one alarm. ``id`` is the same when it is sent again, so that it can be counted once."""
    first = responses[0]
    about = about_of(alarm.about, first.line)
    return {
        "shall_alert": VERSION, "id": hashlib.sha256(f"{first.model}\0{first.alarm}".encode()).hexdigest()[:32],
        "model": first.model, "requirement": first.name, "line": first.line[:LONGEST], "about": alarm.about[:LONGEST],
        "row": alarm.row, "at": alarm.at, "window": alarm.window,
        "responses": [{"response": one.way, "where": one.where[:LONGEST]} for one in responses],
        "text": f"{first.model}: {first.name} is broken ({first.line}) of {about}"[:LONGEST],
    }


def written(body: Mapping[str, Any]) -> bytes:
    """As it goes over the wire; the same bytes each time, since they are signed."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, allow_nan=False).encode()
