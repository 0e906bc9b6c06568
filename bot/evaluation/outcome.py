"""What an evaluation came to, for the terminal, the page and the results file."""

from dataclasses import dataclass

from retrieval.evaluation.results import Baseline
from retrieval.evaluation.summary import Scored, Summary, summary_record
from retrieval.evaluation.thresholds import Check, checks_record, missed
from retrieval.record import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A finished run; `to_show` are the questions to look at first, worse or wrong."""

    summary: Summary
    rows: tuple[Scored, ...]
    checks: tuple[Check, ...]
    system: str
    judge: str | None = None
    baseline: Baseline | None = None
    to_show: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no measure missed and every line of the set could be used."""
        return not missed(self.checks) and not self.problems

    def record(self) -> dict[str, Json]:
        """Give the summary as the results file has it."""
        return {
            "system": self.system,
            "judge": self.judge,
            **summary_record(self.summary),
            "baseline": self.baseline.name if self.baseline else None,
            "checks": checks_record(self.checks),
            "passed": self.passed,
            "problems": self.problems,
        }
