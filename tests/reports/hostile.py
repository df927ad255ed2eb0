"""Names as somebody may put them into a column, a group or a file, to drive what shows them."""

from __future__ import annotations

NAMES = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "</text><script>alert(1)</script>",
    "</style><script>alert(1)</script>", "</title><script>alert(1)</script>", "<iframe src=javascript:alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)", "' onfocus='alert(1)' autofocus='", "`onload=alert(1)`",
    "--><script>alert(1)</script>",
    "<!--", "]]><script>alert(1)</script>", "<![CDATA[x]]>", "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e 'v'>]>&e;",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=//evil.example>", "<math><mi xlink:href=x>",
    "<details open ontoggle=alert(1)>", "<template><b>", "<object data=x>", "<form action=//evil.example><input>",
    "{{7*7}}", "${7*7}", "{% for x in y %}", "#{7*7}", "<%= 7*7 %>", "{0.__class__}", "%s%n",
    "}</style>", "x{background:url(//evil.example)}", "expression(alert(1))", "@import '//evil.example'",
    "\u202egnp.exe", "\u2066x\u2069", "\u200b\u200b", "\ufeffname", "a\u0301\u0301\u0301\u0301", "\x1b[31mred\x1b[0m",
    "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "\x9b2J", "\x00", "a\x08b", "line\nbreak", "\r\nSet-Cookie: x=1",
    "\n::error file=x::injected", "::set-output name=x::y", "%0A::error::x", "\u2028\u2029", "\ud800", "\U000e0041",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "| a | b |", "```\ncode", "[link](javascript:alert(1))", "![x](http://evil)",
    "<http://evil.example>", "https://evil.example", "www.evil.example", "@everyone", "#1", "*bold* _it_ ~~s~~",
    "a\\|b",
    "../../etc/passwd", "file:///etc/passwd", "A" * 5_000, "名前", "שלום", "", " ", "\u00a0",
]
