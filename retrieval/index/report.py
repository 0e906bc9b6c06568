"""What an ingest did, article by article, and its form as the JSON of `ingest --json`."""

from dataclasses import dataclass

from retrieval.articles.raw import Skipped
from retrieval.record import Json, article_record
from retrieval.types import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """One article, and how many paragraphs of its page were kept or left out as what.

    `notes` say what a person should know of the file: values that could not be used.
    """

    article: Article
    kept: int
    boilerplate: int
    comments: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What came, stayed and went; `failed` names each file that was left out, and why."""

    added: tuple[Ingested, ...] = ()
    updated: tuple[Ingested, ...] = ()
    unchanged: tuple[Ingested, ...] = ()
    removed: tuple[Article, ...] = ()
    failed: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


def report_record(report: IngestReport) -> dict[str, Json]:
    """Give the report as one JSON object; every article has its paragraph counts."""
    return {
        "added": [_ingested_record(one) for one in report.added],
        "unchanged": [_ingested_record(one) for one in report.unchanged],
        "updated": [_ingested_record(one) for one in report.updated],
        "removed": [article_record(article) for article in report.removed],
        "failed": [{"source": one.source, "reason": one.reason} for one in report.failed],
        "notes": list(report.notes),
    }


def _ingested_record(one: Ingested) -> dict[str, Json]:
    return article_record(one.article) | {
        "kept": one.kept,
        "boilerplate": one.boilerplate,
        "comments": one.comments,
        "notes": list(one.notes),
    }
