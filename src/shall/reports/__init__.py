"""One file a format: each reads verdicts and writes text; none computes or decides anything.

Files that begin with an underscore are shared by the formats and are no formats themselves.
"""
