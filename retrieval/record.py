"""Values as the JSON objects of the contract: every field is there, unknown ones are null."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from retrieval.types import Answer, Article, Citation, Filters, Hit

_ARTICLE_FIELDS = "article_id source title outlet author published kind url".split()

# Characters that steer a terminal: C0 but tab and line feed, DEL and C1, bidi marks, embeddings,
# overrides and isolates, line and paragraph separators, interlinear annotations, halves of
# surrogate pairs.
ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ufff9-\ufffb\ud800-\udfff]"
)

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None


def json_line(record: Json) -> str:
    """Give one line of JSON, letters as they are; active characters are escaped, none is lost."""
    line = json.dumps(record, ensure_ascii=False)
    return ACTIVE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def rounded(value: float | None) -> float | None:
    """Give a share as objects hold it, to four places."""
    return None if value is None else round(value, 4)


def article_record(article: Article) -> dict[str, Json]:
    """Give an article object, as `sources --json` lists them."""
    return _article_fields(article) | {
        "passages": article.passages,
        "language": article.language,
        "known_from": dict(article.known_from),
    }


def hit_record(hit: Hit) -> dict[str, Json]:
    """Give a search hit: the article's fields, the passage and its place in the ranking."""
    passage = hit.passage
    return article_record(passage.article) | {
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "rank": hit.rank,
        "score": round(hit.score, 6),
    }


def citation_record(citation: Citation) -> dict[str, Json]:
    """Give a citation with its quote, offsets and surrounding passage."""
    passage = citation.passage
    return (
        {"n": citation.n}
        | _article_fields(citation.article)
        | {
            "quote": citation.quote,
            "start": citation.start,
            "end": citation.end,
            "highlight": list(citation.highlight) if citation.highlight else None,
            "stance": citation.stance,
            "passage": {"text": passage.text, "start": passage.start, "end": passage.end},
        }
    )


def answer_record(answer: Answer) -> dict[str, Json]:
    """Give the answer object of the contract; `verdict` only where a claim was checked."""
    refusal = answer.refusal
    record: dict[str, Json] = {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "status": answer.status,
        "refusal": None
        if refusal is None
        else {
            "kind": refusal.kind,
            "reason": refusal.reason,
            "nearest": [citation_record(c) for c in refusal.nearest],
        },
        "text": answer.text,
        "statements": [{"text": s.text, "citations": list(s.citations)} for s in answer.statements],
        "citations": [citation_record(c) for c in answer.citations],
        "model": answer.model,
        "confidence": rounded(answer.confidence),
        "filters": filters_record(answer.filters),
        "notes": list(answer.notes),
        "timings_ms": {name: round(ms, 2) for name, ms in answer.timings_ms.items()},
        "tokens": answer.tokens,
        "cost": answer.cost,
        "is_close": answer.is_close,
    }
    return record | ({"verdict": answer.verdict} if answer.verdict else {})


def filters_record(filters: Filters) -> dict[str, Json]:
    """Give the filters as the contract names them."""
    return {
        "since": filters.since,
        "until": filters.until,
        "outlet": filters.outlet,
        "from": filters.origin,
    }


def _article_fields(article: Article) -> dict[str, Json]:
    told: dict[str, Json] = {name: getattr(article, name) for name in _ARTICLE_FIELDS}
    return told | {"also_in": list(article.also_in), "corrected": article.corrected}
