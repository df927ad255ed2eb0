"""Results that stand for a while where they took a while, and never where they took little."""

from __future__ import annotations

from shall.api.shown.lately import KEPT, LONG, SHARE, Lately


def test_what_takes_long_stands_for_a_while_and_what_takes_little_does_not():
    now, used = [0.0], [0.0]
    lately = Lately(lambda: now[0], lambda: used[0])

    def work(seconds: float, what: str):
        def done() -> str:
            used[0] += seconds
            return what
        return done

    assert lately.of("a", 1, work(2 * LONG, "one")) == "one"
    assert lately.of("a", 1, work(0, "two")) == "one", "nothing has changed"
    now[0] = 2 * LONG * SHARE * 0.9
    assert lately.of("a", 2, work(0, "two")) == "one", "it took long"
    now[0] = 2 * LONG * SHARE * 1.1
    assert lately.of("a", 2, work(0, "two")) == "two"
    assert lately.of("a", 3, work(0, "three")) == "three", "it took little"
    for number in range(KEPT):
        lately.of(number, 0, work(0, "more"))
    assert lately.of("a", 3, work(0, "four")) == "four", "it made room"
