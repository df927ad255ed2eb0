"""Strings that lead out of a folder somewhere: by dots, in encodings, absolute, of devices, of archives."""

from __future__ import annotations

from itertools import product

UP = (
    "../", "..\\", "..//", "....//", ".../", "..;/", "./../", "..%2f", "%2e%2e/", "%2e%2e%2f", "%2E%2E%2F",
    "..%5c", "%252e%252e%252f", "..%252f", "%25252e%25252e%25252f", "..%c0%af", "%c0%ae%c0%ae%c0%af",
    "..%e0%80%af", "%uff0e%uff0e/", "..%u2215", "．．/", "..／", "..∕", "‥/", "..\x00/", "..%00/", "..#/",
    "..%23/", "..?/", "..%3f/", "..\t/", "..%0a/", ".%00./", "%2e./", ".%2e/", "..%ff/", "..\\/", "..%2f%2f",
)
INSIDE = ("etc/passwd", "proc/self/environ", "tokens.toml", "windows\\win.ini")
WHOLE = (
    "/etc/passwd", "//etc/passwd", "///etc/passwd", "/./etc/passwd", "/etc/./passwd", "/etc//passwd",
    "~/.ssh/id_rsa", "~root/.bashrc", "$HOME/.netrc", "${HOME}/x", "%HOME%\\x", "%SystemRoot%\\win.ini",
    "file:///etc/passwd", "file://localhost/etc/passwd", "file:/etc/passwd", "FILE:///etc/passwd",
    "http://127.0.0.1/x", "ftp://evil/x", "s3://bucket/x", "gopher://evil/", "jar:file:///x.zip!/y",
    "zip:///etc/x", "data:text/plain,x", "\\\\evil\\share\\x", "//evil/share/x", "\\\\?\\C:\\x",
    "\\\\.\\PhysicalDrive0", "C:\\boot.ini", "C:/boot.ini", "C:boot.ini", "a::$DATA", "/proc/self/mem",
    "/proc/self/fd/0", "/proc/1/root/etc/passwd", "/dev/stdin", "/dev/zero", "/dev/tty", "CON", "NUL",
    "aux.txt", "COM1", "lpt1.zip", ".", "..", "...", "....", "/", "\\", "//", "..;", ";", "#", "?", "%", "%00",
    "\x00", "%2e", "%2f", "%5c", "%", "%%", "%zz", "loans/..", "loans/../..", "loans/./", "loans//",
    "loans%2f..", "loans;x=y", "loans%00", "loans\x00.zip", "loans#x", "loans%23", "loans.zip/../../x",
    ".git/config", ".env", ".ssh/id_rsa", "link/../../x", "hard", "a.zip!/../../x", "a.tar/../../x", "x" * 300,
    "a/" * 200, "../" * 100, "-rf", "--help", "|id", "`id`", "$(id)", ";id", "&id", "'", '"', "\n", "\r\nx: y",
    " ", "\u202e..", "\ufeff../", "ⅰ", "loańs",
)
TAILS = ("", ".zip", "%00.zip")


def strings() -> list[str]:
    """Every one, once."""
    climbing = [up * depth + inside for up, depth, inside in product(UP, (1, 3, 8), INSIDE)]
    absolute = [whole + tail for whole, tail in product(WHOLE, TAILS)]
    return [*dict.fromkeys([*climbing, *absolute])]
