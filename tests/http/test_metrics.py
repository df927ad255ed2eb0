"""The figures of a server are those that were counted, as Prometheus's own reader understands them."""

from __future__ import annotations

import time
import timeit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shall.http import metrics as room
from shall.http.metrics import BOUNDS, Metrics


def samples(made):
    return {(sample.name, *sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(made.page().decode()) for sample in family.samples}


def test_what_was_counted_is_read_back():
    made = Metrics()
    for status in (200, 200, 422):
        made.request("/models/{name}/decide", "POST", status, 0.003)
    made.decided("income", "7", "live", [False])
    made.decided("income", "7", "live", [True] * 3)
    made.labels("income", 2)
    made.durable(0.004)
    found = samples(made)
    route = ("route", "/models/{name}/decide")
    assert found["shall_requests_total", ("method", "POST"), route, ("status", "200")] == 2
    assert found["shall_requests_total", ("method", "POST"), route, ("status", "422")] == 1
    of = [("mode", "live"), ("model", "income"), ("version", "7")]
    assert found["shall_decisions_total", ("kind", "answered"), *of] == 1
    assert found["shall_decisions_total", ("kind", "abstained"), *of] == 3
    assert found["shall_rows_total", ("model", "income")] == 4 and found["shall_labels_total", ("model", "income")] == 2
    assert found["shall_durable_seconds_count",] == 1
    assert found["shall_request_seconds_sum", route] == pytest.approx(0.009)


def test_a_histogram_counts_what_is_at_most_a_bound():
    made = Metrics()
    times = (0.0, 0.0005, 0.00051, 0.005, 29.0, 31.0, 1e9)
    for seconds in times:
        made.request("/", "GET", 200, seconds)
    found = samples(made)
    for bound in BOUNDS:
        assert found["shall_request_seconds_bucket", ("le", f"{bound:g}"), ("route", "/")] == sum(
            seconds <= bound for seconds in times)
    assert found["shall_request_seconds_bucket", ("le", "+Inf"), ("route", "/")] == len(times)


def test_gauges_are_asked_for_at_every_page():
    made, depth = Metrics(), [1]
    made.ask(lambda: [(room.WAITING, ("income",), depth[0]), (room.ALARMS, ("income", "disk"), 0)])
    assert samples(made)["shall_log_waiting", ("model", "income")] == 1
    depth[0] = 5
    assert samples(made)["shall_log_waiting", ("model", "income")] == 5


def test_the_process_tells_of_itself():
    found = samples(Metrics())
    assert found["process_open_fds",] > 2 and found["process_resident_memory_bytes",] > 1e6
    assert 0 < time.time() - found["process_start_time_seconds",] < 1e5
    assert any(name[0] == "shall_build_info" for name in found)


def test_labels_of_any_letters_are_read_back():
    made, odd = Metrics(), 'a"b\\c\nd{e}=é,'
    made.labels(odd, 1)
    made.ask(lambda: [(room.ALARM, (odd,), float("nan"))])
    found = samples(made)
    assert found["shall_labels_total", ("model", odd)] == 1 and found["shall_alarm", ("what", odd)] != 0


def test_an_empty_server_has_a_page():
    assert samples(Metrics())["shall_durable_seconds_count",] == 0


def test_a_page_of_ten_thousand_series_is_fast():
    """L5 reports 50 ms. The bar here is wide for machines that are busy."""
    made = Metrics()
    for number in range(2500):
        for mode in ("live", "shadow"):
            made.decided(f"m{number % 50}", str(number // 50), mode, [True, False])
    times = []
    for _ in range(5):
        started = time.process_time()
        text = made.page()
        times.append(time.process_time() - started)
    took = min(times)
    print(f"{text.count(b'shall_decisions_total{')} series in {took * 1000:.1f} ms of CPU")
    assert text.count(b"shall_decisions_total{") == 10_000 and took < 0.25


def test_counting_costs_a_request_little():
    made = Metrics()

    def one():
        made.request("/models/{name}/decide", "POST", 200, 0.003)
        made.decided("income", "7", "live", [False])
        made.durable(0.001)

    best = min(timeit.repeat(one, timer=time.process_time, number=20_000, repeat=5)) / 20_000 * 1e6
    print(f"{best:.2f} µs a request")
    assert best < 15
