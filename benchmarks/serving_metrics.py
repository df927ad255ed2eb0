"""The page of metrics with many series: what making it costs."""

from __future__ import annotations

import time

from shall.http.metrics import Metrics


def with_series(series: int) -> Metrics:
    """Metrics that have counted so many series of decisions: of models in two versions, answered or abstained."""
    metrics = Metrics()
    for place in range(series):
        metrics.decided(f"model-{place // 4}", str(place % 4 // 2), "live", [place % 2 == 0])
    return metrics


def page_of(series: int, times: int = 5) -> dict[str, float]:
    """CPU seconds of a page with at least so many series, the least of some; its bytes."""
    metrics, spent = with_series(series), []
    for _ in range(times):
        began = time.process_time()
        page = metrics.page()
        spent.append(time.process_time() - began)
    return {"series": float(sum(not line.startswith(b"#") for line in page.splitlines())), "seconds": min(spent),
            "bytes": float(len(page))}
