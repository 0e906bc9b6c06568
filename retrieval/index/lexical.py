"""One revision of the index as tantivy holds it: ranked by words, and read back as it was.

A revision's folder is written once and never changed, so its readers see one state of all
articles while another process writes. It is derived: Chroma can build it anew at any time.
"""

import json
import re
import shutil
import time
import uuid
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import StoreError
from retrieval.index.passages import header_line
from retrieval.index.rows import Row, flat_values, row_from
from retrieval.text.words import ENGLISH
from retrieval.types import Bounds, outlet_key

if TYPE_CHECKING:
    from tantivy import DocAddress, Document, Index, Query, Schema, TextAnalyzer

_ANALYZED = "analyzed"
_WORD_CHARS = 40  # longer 'words' are addresses and codes
_STEMMED = dict(
    pair.split(":")
    for pair in (
        "ar:arabic da:danish de:german el:greek en:english es:spanish fi:finnish fr:french"
        " hu:hungarian it:italian nl:dutch no:norwegian pt:portuguese ro:romanian ru:russian"
        " sv:swedish ta:tamil tr:turkish"
    ).split()
)
_WITHOUT_STOP_WORDS = {"arabic", "greek", "romanian", "tamil", "turkish"}
# Written without spaces between words: two neighbouring signs are the usual stand-in for a word.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
# A question of ten thousand characters has hundreds of words; the first ones carry its matter.
_QUERY_WORDS = 128
# A word of the header is a sign of the article, not of the passage.
HEADER_WEIGHT = 0.5
_HEAP_BYTES = 15_000_000  # the least that tantivy takes for a thread
_EVERYBODY = "everybody"


class Lexical:
    """The rows of one revision; any thread may search and read."""

    def __init__(self, index: "Index") -> None:
        index.register_tokenizer(_ANALYZED, _as_analyzed())
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path) -> "Lexical":
        """Open what `build` wrote; StoreError if it cannot be read, or does not say who sees what.

        Before articles had an audience none was written, nor does an older Dateline write it where
        its owner has gone back to one: what Chroma keeps from others must not come out that way.
        """
        from tantivy import Index, Query

        try:
            index = Index.open(str(folder))
            Query.term_query(index.schema, "audience", _EVERYBODY)
            return cls(index)
        except (ValueError, OSError) as error:
            raise StoreError(
                f"the word index in {folder} cannot be read; give access to it, then run "
                '"dateline ingest"'
            ) from error

    @classmethod
    def build(cls, rows: Iterable[tuple[Row, str]], folder: Path | None) -> "Lexical":
        """Write rows with their header lines to an empty folder, or to memory without one."""
        from tantivy import Index

        try:
            index = Index(_schema(), path=None if folder is None else str(folder))
            index.register_tokenizer(_ANALYZED, _as_analyzed())
            with index.writer(heap_size=_HEAP_BYTES, num_threads=1) as writer:
                analysts: dict[str, Analyst] = {}
                for row, header in rows:
                    language = row.article.language or ENGLISH
                    if language not in analysts:
                        analysts[language] = Analyst(language)
                    writer.add_document(_document(row, header, analysts[language]))
            index.reload()
        except (ValueError, OSError) as error:
            raise StoreError(
                f"the word index cannot be written to {folder} ({error}); give write access to it "
                'or free some room, then run "dateline ingest"'
            ) from error
        return cls(index)

    @cached_property
    def _analysts(self) -> "list[Analyst]":
        """What makes words of a query as of the rows: one for each language that is held."""
        languages = {row.article.language or ENGLISH for row in self.first_rows()}
        return [Analyst(language) for language in sorted(languages)]

    def search(
        self, query: str, *, k: int, bounds: Bounds, audience: str | None = ""
    ) -> list[tuple[str, float]]:
        """Give the ids of the rows that share words with the query, with the BM25 score.

        Words are stemmed as in the languages that are held; those of the passage count in full,
        those of its header half. An audience finds what everybody sees, and its own; None all rows.
        """
        words = self.words_of(query)
        if not words:
            return []
        bounded = self._bounded(self._any_of(words), bounds, audience)
        found = self._searcher.search(bounded, limit=k)
        return [(self._saved(at)["id"], score) for score, at in found.hits]

    def words_of(self, query: str) -> list[str]:
        """Give the words that a query is searched by, each once, in the form of the rows'."""
        said = chain.from_iterable(one.words(query) for one in self._analysts)
        return list(dict.fromkeys(said))[:_QUERY_WORDS]

    def rows(self, passage_ids: Sequence[str]) -> dict[str, Row]:
        """Give the rows of the ids that this revision holds."""
        rows = self._matching("id", list(passage_ids))
        return {row.passage.passage_id: row for row in rows}

    def article_rows(self, article_id: str) -> list[Row]:
        """Give an article's rows in order; empty if this revision does not hold it."""
        return sorted(self._matching("article_id", [article_id]), key=lambda row: row.ordinal)

    def first_rows(self) -> list[Row]:
        """Give the first row of every article."""
        return self._matching("is_first", ["1"])

    def audiences(self) -> dict[str, str]:
        """Give the audience of each article that not everybody sees, by the article's version."""
        from tantivy import Occur, Query

        everybodys = Query.term_query(self._schema, "audience", _EVERYBODY)
        first = Query.term_query(self._schema, "is_first", "1")
        others = Query.boolean_query([(Occur.Must, first), (Occur.MustNot, everybodys)])
        return {row.version: row.article.audience for row in self._all_of(others)}

    def _matching(self, field: str, values: list[str]) -> list[Row]:
        from tantivy import Query

        return self._all_of(Query.term_set_query(self._schema, field, values)) if values else []

    def _all_of(self, query: "Query") -> list[Row]:
        found = self._searcher.search(query, limit=max(1, self._searcher.num_docs), count=False)
        saved = [self._saved(at) for _, at in found.hits]
        return [row_from(one["id"], one["text"], one["values"]) for one in saved]

    def _saved(self, at: "DocAddress") -> dict[str, Any]:
        saved: dict[str, Any] = json.loads(self._searcher.doc(at)["saved"][0])
        return saved

    def _any_of(self, words: Sequence[str]) -> "Query":
        from tantivy import Occur, Query

        body = [Query.term_query(self._schema, "body", word) for word in words]
        header = [Query.term_query(self._schema, "header", word) for word in words]
        weighted = body + [Query.boost_query(query, HEADER_WEIGHT) for query in header]
        return Query.boolean_query([(Occur.Should, query) for query in weighted])

    def _bounded(self, query: "Query", bounds: Bounds, audience: str | None) -> "Query":
        from tantivy import FieldType, Occur, Query

        day = FieldType.Integer
        must = [query]
        if bounds.until is not None:
            must.append(Query.range_query(self._schema, "first_day", day, upper_bound=bounds.until))
        if bounds.since is not None:
            must.append(Query.range_query(self._schema, "last_day", day, lower_bound=bounds.since))
        if bounds.outlets is not None:
            outlets = Query.term_set_query(self._schema, "outlet_key", list(bounds.outlets))
            must.append(Query.const_score_query(outlets, 0.0))
        if audience is not None:
            seen = list({_EVERYBODY, audience or _EVERYBODY})
            theirs = Query.term_set_query(self._schema, "audience", seen)
            must.append(Query.const_score_query(theirs, 0.0))
        return Query.boolean_query([(Occur.Must, part) for part in must])


class Analyst:
    """Makes words of texts in one language; one that is not known keeps its words whole."""

    def __init__(self, language: str) -> None:
        self._analyzer = _analyzer(_STEMMED.get(language))

    def words(self, text: str) -> list[str]:
        """Give the words of a text in the form in which they are compared."""
        spaced = _UNSPACED.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", text)
        return self._analyzer.analyze(spaced)


def _pairs(run: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(run)] or [run]


def _analyzer(name: str | None) -> "TextAnalyzer":
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_WORD_CHARS))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )
    if name and name not in _WITHOUT_STOP_WORDS:
        builder = builder.filter(Filter.stopword(name))
    return (builder.filter(Filter.stemmer(name)) if name else builder).build()


def _as_analyzed() -> "TextAnalyzer":
    """Take words as an analyst has set them, divided by spaces."""
    from tantivy import TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.whitespace()).build()


def _schema() -> "Schema":
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    for name in ("id", "article_id", "is_first", "outlet_key", "audience"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("body", "header"):
        builder.add_text_field(name, tokenizer_name=_ANALYZED, index_option="freq")
    for name in ("first_day", "last_day"):
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_bytes_field("saved", stored=True)
    return builder.build()


def _document(row: Row, header: str, analyst: Analyst) -> "Document":
    from tantivy import Document

    passage, values = row.passage, flat_values(row)
    document = Document()
    document.add_text("id", passage.passage_id)
    document.add_text("article_id", row.article.article_id)
    document.add_text("is_first", "1" if row.ordinal == 0 else "0")
    document.add_text("outlet_key", outlet_key(row.article.outlet) or "")
    document.add_text("audience", row.article.audience or _EVERYBODY)
    document.add_text("body", " ".join(analyst.words(passage.text)))
    document.add_text("header", " ".join(analyst.words(header)))
    for name in ("first_day", "last_day"):
        if name in values:
            document.add_integer(name, int(values[name]))
    saved = {"id": passage.passage_id, "text": passage.text, "values": values}
    document.add_bytes("saved", json.dumps(saved).encode())
    return document


# A draft of this age was left by a process that was killed.
_OLD_DRAFT_S = 3600.0


def word_folder(index: Path, revision: str) -> Path:
    """Give the folder of a revision's word index."""
    return index / "lexical" / revision


def open_word_index(folder: Path) -> Lexical | None:
    """Open a revision's word index; None if it is missing or damaged, and must be built anew."""
    if not folder.is_dir():
        return None
    try:
        return Lexical.open(folder)
    except StoreError:
        shutil.rmtree(folder, ignore_errors=True)
        return None


def write_word_index(folder: Path, rows: Iterable[Row]) -> Lexical:
    """Write a revision's word index beside its place, then put it there in one step.

    If two processes do so at once, the first to end wins; both wrote the same. Where nothing can
    be written, the index is held in memory.
    """
    headed = ((row, header_line(row.article)) for row in rows)
    draft = folder.with_name(f".{uuid.uuid4().hex}")
    try:
        draft.mkdir(parents=True)
    except OSError:
        return Lexical.build(headed, None)
    try:
        Lexical.build(headed, draft)
        with suppress(OSError):  # another process was first
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Lexical.open(folder)


def remove_word_indexes(index: Path, *, but: Collection[str]) -> None:
    """Delete the word indexes of other revisions, and drafts that nobody will finish."""
    parent = index / "lexical"
    for folder in parent.iterdir() if parent.is_dir() else ():
        is_draft = folder.name.startswith(".")
        with suppress(OSError):  # another process deletes as well
            if is_draft and time.time() - folder.stat().st_mtime < _OLD_DRAFT_S:
                continue
            if folder.name not in but:
                shutil.rmtree(folder)
