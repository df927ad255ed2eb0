"""What the files of a bundle say of one another: the evidence is about this model and this shall file, and no other.

Every report that states ``digests`` by name of a file has to mean the file that lies beside it. Evidence
has to name `graph.onnx` (`first.onnx`, too) and `shall.toml`, the proof and the baseline `graph.onnx`, and a tally the
plan of the evidence. A branch, `branches/NAME/`, has a graph, a proof and evidence of its own, under the same shall
file.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any, Final

from shall.bundle import strict
from shall.bundle.manifest import digest_of
from shall.core.branches import NAME
from shall.core.errors import Refused

MODEL, GRAPH, SPEC, PROOF, TALLY, EVIDENCE = ("graph.onnx", "graph.json", "shall.toml", "proof.json",
                                              "reference.tally", "evidence/")
FIRST: Final = "first.onnx"                 # a small graph that is asked before, where there is one
GUARD: Final = "guard.json"                 # which answers may leave, where there is a guard
BASELINE: Final = "baseline.json"           # the typical row that reasons are told beside
LIBRARIES: Final = "libraries.json"         # versions and licences
CHECK: Final = "evidence/check.json"        # what is signed
BRANCHES: Final = "branches/"               # what may answer in its place: a folder each
OF_BRANCH: Final = {"check.json": CHECK}    # where a file of a branch lies in a bundle of its own
MOST: Final = 2**26                         # bytes of a report
TALLY_HEAD: Final = 14 + 32 + 8             # magic, digest and length, before what is packed


def check(files: Mapping[str, bytes]) -> None:
    """Refused where a file lacks, or a report is about another model, shall file or plan."""
    for name in (MODEL, GRAPH):
        if name not in files:
            raise Refused(f"a bundle has a {name}, and this one has none")
    for name, branch in branches(files).items():
        try:
            check(branch)
        except Refused as error:
            raise Refused(f"the branch {name} is not whole: {error}") from None
    plans, answers = {}, (MODEL, *((FIRST,) if FIRST in files else ()))
    for name in files:
        if name.startswith(EVIDENCE) and name.endswith(".json"):
            told = report(files, name)
            _about(files, name, told, (MODEL, SPEC, *answers[1:]))
            plans[name] = told["digests"].get("plan")
    if PROOF in files:
        _about(files, PROOF, strict.read(files[PROOF], PROOF, MOST), answers)
    if BASELINE in files:
        _about(files, BASELINE, strict.read(files[BASELINE], BASELINE, MOST), (MODEL,))
    if TALLY in files and CHECK in plans and plan_of(files[TALLY]) != plans[CHECK]:
        raise Refused(f"{TALLY} was counted by another plan than {CHECK}: check the model again")


def branches(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The files of each branch, by its name, called as in a bundle. Refused for what is no name of a branch."""
    found: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        name, _, own = path.removeprefix(BRANCHES).partition("/")
        if path.startswith(BRANCHES):
            if NAME.fullmatch(name) is None:
                raise Refused(f"{path!r} is in no branch: a branch has a-z, 0-9, _ and -, and is at most 32 long")
            shared = {SPEC: files[SPEC]} if SPEC in files else {}
            found.setdefault(name, shared)[OF_BRANCH.get(own, own)] = content
    return found


def branched(name: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a branch as they lie in the bundle that it belongs to, whose shall file is there already; without a
    name those of the bundle itself."""
    if not name:
        return dict(files)
    moved = {there: own for own, there in OF_BRANCH.items()}
    return {f"{BRANCHES}{name}/{moved.get(path, path)}": content for path, content in files.items() if path != SPEC}


def report(files: Mapping[str, bytes], name: str = CHECK) -> dict[str, Any]:
    """A report of `shall check --json`."""
    if name not in files:
        raise Refused(f"there is no {name}: a bundle without verdicts cannot be signed. Make it with "
                      "`shall ship`, which holds the model to its file")
    told = strict.read(files[name], name, MOST)
    right = told.get("shall_report") == 1 and told.get("verb") in ("check", "build") \
        and isinstance(told.get("digests"), dict) and isinstance(told.get("verdicts"), list)
    if not right:
        raise Refused(f"{name} is no report of `shall check --json`, version 1, with `digests` and `verdicts`")
    return told


def plan_of(tally: bytes) -> str:
    """The digest of the plan that a tally was counted by, from the head of its wire form."""
    try:
        start = zlib.decompressobj().decompress(tally[TALLY_HEAD:], MOST)
        (length,) = struct.unpack("<Q", start[:8])
        return str(json.loads(start[8:8 + length])["plan"])
    except (zlib.error, struct.error, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        raise Refused(f"{TALLY} is no tally, or a damaged one") from None


def _about(files: Mapping[str, bytes], name: str, told: Mapping[str, Any], needed: tuple[str, ...]) -> None:
    digests = told.get("digests")
    if not isinstance(digests, dict):
        raise Refused(f"{name} states no `digests`, so it may be about any model")
    for file in needed:
        if file not in digests:
            raise Refused(f"{name} does not state the digest of {file}, so it may be about another one")
        if file not in files:
            raise Refused(f"{name} is about a {file}, and the bundle has none")
    for file, digest in digests.items():
        if file in files and digest != digest_of(files[file]):
            raise Refused(f"{name} is about another {file} than the one beside it: a replayed verdict. Check the "
                          "model again")
