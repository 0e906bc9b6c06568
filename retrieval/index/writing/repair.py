"""What a collection really holds, and which one an ingest goes on with.

A run that was killed leaves rows that no reader ever saw: they are no articles, but the next run
need not embed them again. What is in parts is named so that it can go. An index that was built
with other settings, or has lost vectors, is built anew from its texts in a second collection,
which readers see when it is complete; one from which much was deleted is copied into it.
"""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from retrieval.errors import IndexBusy
from retrieval.index.chroma.collection import Collection
from retrieval.index.chroma.store import Store
from retrieval.index.rows import Row
from retrieval.types import Article

# A writer on another machine that was silent for so long is taken for dead.
_SILENT_S = 120
_SAMPLE_PASSAGES = 100


@dataclass(frozen=True, slots=True)
class Held:
    """An article in the index, and the content hash of what is held of it."""

    article: Article
    version: str


@dataclass(slots=True)
class Contents:
    """The whole articles of a collection by id, the rows of an unended run, and all other rows."""

    held: dict[str, Held] = field(default_factory=dict)
    embedded_ids: set[str] = field(default_factory=set)
    stray_ids: list[str] = field(default_factory=list)


def examine(collection: Collection) -> Contents:
    """Sort a collection's rows by what an ingest may do with them."""
    contents = Contents()
    versions: defaultdict[str, list[Row]] = defaultdict(list)
    for stored in collection.examined():
        if stored.row is None or stored.state == "gone":
            contents.stray_ids.append(stored.passage_id)
        elif stored.state == "unended":
            contents.embedded_ids.add(stored.passage_id)
        else:
            versions[stored.row.version].append(stored.row)
    for version, rows in sorted(versions.items()):
        article = rows[0].article
        if len(rows) == article.passages and article.article_id not in contents.held:
            contents.held[article.article_id] = Held(article, version)
        else:
            contents.stray_ids += [row.passage.passage_id for row in rows]
    return contents


def held_of(audience: str, held: Mapping[str, Held]) -> dict[str, Held]:
    """Give those of the articles that an audience alone sees; if it is empty, everybody's."""
    return {key: one for key, one in held.items() if one.article.audience == audience}


def choose_collections(
    store: Store, fingerprint: str, *, writer: str
) -> tuple[Collection, Collection | None]:
    """Give the collection to write to, and the one whose articles have to move there, if any.

    Raises:
        IndexBusy: Another machine is writing to the Chroma server.
    """
    collections = store.collections()
    for collection in collections:
        _check_silence(collection, writer)
    live = next((c for c in reversed(collections) if c.published), None)
    is_usable = live is not None and live.fingerprint == fingerprint and _is_sound(live)
    # What a run that was killed has left in a worn one is first taken over where it is.
    in_place = is_usable and live is not None and (live.is_writing or not live.is_worn)
    drafts = [c for c in collections if live is None or c.number > live.number]
    draft = drafts[-1] if drafts and not in_place else None
    if draft is not None and (draft.fingerprint != fingerprint or not _is_sound(draft)):
        draft = None
    for collection in collections:
        if collection not in (live, draft):
            store.drop(collection)
    if live is not None and in_place:
        return live, None
    return draft or store.create(fingerprint), live


def _is_sound(collection: Collection) -> bool:
    """Tell whether no vector is missing; all are looked at where a run was killed."""
    return collection.has_vectors(sample=None if collection.is_writing else _SAMPLE_PASSAGES)


def _check_silence(collection: Collection, writer: str) -> None:
    name, beat = collection.writer
    if collection.is_writing and name not in ("", writer) and time.time() - beat < _SILENT_S:
        raise IndexBusy(
            "another machine is writing to the index; try again when it has ended, or "
            f"{_SILENT_S} seconds after it was stopped"
        )
