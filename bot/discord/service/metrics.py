"""What the bot has done and how it is, as Prometheus reads it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from retrieval.types import Answer

_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60, 120)
"""From a quick search to a chat model at its time limit."""


class Metrics:
    """Counts and gauges of one bot, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._ended = Counter(
            "dateline_questions",
            "Questions and claims that came to an end.",
            ("kind", "end"),
            registry=registry,
        )
        self._refusals = Counter(
            "dateline_refusals", "Refusals, by what kept an answer.", ("why",), registry=registry
        )
        self._seconds = Histogram(
            "dateline_answer_seconds",
            "Seconds of each part; 'shown' is all from the question to its answer in Discord.",
            ("part",),
            registry=registry,
            buckets=_SECONDS,
        )
        self._gauges: dict[str, Gauge] = {}

    def answered(self, kind: str, answer: Answer, shown_s: float) -> None:
        """Count an answer or a refusal that was shown so many seconds after its question."""
        self._ended.labels(kind, answer.status).inc()
        if answer.refusal is not None:
            self._refusals.labels(answer.refusal.kind).inc()
        for part, part_ms in answer.timings_ms.items():
            self._seconds.labels(part).observe(part_ms / 1000)
        self._seconds.labels("shown").observe(shown_s)

    def failed(self, kind: str) -> None:
        """Count a question that ended with an error."""
        self._ended.labels(kind, "failed").inc()

    def measure(self, name: str, meaning: str, value: float) -> None:
        """Set a gauge, made at its first value."""
        if name not in self._gauges:
            self._gauges[name] = Gauge(f"dateline_{name}", meaning, registry=self.registry)
        self._gauges[name].set(value)
