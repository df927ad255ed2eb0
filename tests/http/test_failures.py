"""Ten wrong tokens a minute and an address; the memory of them has an end."""

from __future__ import annotations

import pytest

from shall.http.failures import ADDRESSES, Failures, _network


class Watch:
    at = 0.0

    def __call__(self):
        return self.at


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def failures(watch):
    return Failures(watch)


def test_the_eleventh_waits_until_the_first_is_a_minute_old(failures, watch):
    for second in range(10):
        watch.at = float(second)
        assert failures.wait("10.0.0.1") == 0
        failures.add("10.0.0.1")
    watch.at = 9.5
    assert failures.wait("10.0.0.1") == 51 and failures.wait("10.0.0.2") == 0
    watch.at = 60.0
    assert failures.wait("10.0.0.1") == 0
    failures.add("10.0.0.1")
    assert failures.wait("10.0.0.1") == 1


def test_no_window_of_a_minute_has_more_than_ten(failures, watch):
    counted = []
    for tick in range(4000):
        watch.at = tick / 10
        if not failures.wait("a"):
            failures.add("a")
            counted.append(watch.at)
    assert all(sum(start <= at < start + 60 for at in counted) <= 10 for start in counted)
    assert len(counted) == 70


def test_the_memory_has_an_end_and_forgets_who_failed_longest_ago(failures):
    for _ in range(10):
        failures.add("first")
    for number in range(ADDRESSES - 1):
        failures.add(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert failures.wait("first") > 0
    failures.add("one more")
    assert failures.wait("first") == 0 and len(failures._by_address) == ADDRESSES


@pytest.mark.parametrize(("one", "other", "same"), [
    ("2001:db8::1", "2001:db8::ffff:1", True), ("2001:db8::1", "2001:db8:0:1::1", False),
    ("::ffff:10.0.0.1", "10.0.0.1", True), ("fe80::1%eth0", "fe80::2%eth1", True), ("10.0.0.1", "10.0.0.2", False)])
def test_a_network_of_ipv6_is_one_address(one, other, same):
    assert (_network(one) == _network(other)) is same


def test_what_is_no_address_is_cut():
    assert len(_network(":" * 9999)) == 64
