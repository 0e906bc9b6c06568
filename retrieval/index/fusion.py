"""Rankings of passages, by meaning, words and likest sentence, made one; near-duplicates folded."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from retrieval.errors import StoreError
from retrieval.index.revision import View
from retrieval.models.embedder import KEPT_PASSAGES, Likeness
from retrieval.text.sentences import sentences_within
from retrieval.types import Bounds, Hit, Passage

_WORD = re.compile(r"\w+")
_SPELT_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    " hundreds thousand thousands million millions billion billions dozen dozens".split()
)
_SHINGLE_WORDS = 4
# Four in five shingles in common: an edited sentence or two in a passage, not a shared quotation.
_SAME_SHARE = 0.8


class Seen:
    """The passages shown so far."""

    def __init__(self) -> None:
        self._kept: list[tuple[frozenset[tuple[str, ...]], list[str]]] = []

    def place(self, text: str) -> int:
        """Give the number of the passage that says nearly the same; a new one has the next.

        Passages whose numbers differ are never the same: 'killed 12' and 'killed 14' are two
        reports, and a reader has to see both.
        """
        words = _WORD.findall(text.casefold())
        numbers = [word for word in words if word[0].isdigit() or word in _SPELT_NUMBERS]
        shingles = _shingles(words)
        for place, (known, known_numbers) in enumerate(self._kept):
            fewer = min(len(shingles), len(known))
            shared = len(shingles & known)
            if numbers == known_numbers and shared and shared >= _SAME_SHARE * fewer:
                return place
        self._kept.append((shingles, numbers))
        return len(self._kept) - 1


def _shingles(words: list[str]) -> frozenset[tuple[str, ...]]:
    runs = zip(*(words[at:] for at in range(_SHINGLE_WORDS)), strict=False)
    return frozenset(runs) or frozenset({tuple(words)})


# The paper's 60 suits lists of a thousand. Among a few dozen passages three middling ranks then
# beat the first place of one list, where a rare name stands: success@1 and @4 of 1,000 questions
# to 519 Wikipedia paragraphs: .830 and .961 with 60, .843 and .972 with 5, .846 and .977 with 2.
_DAMPING = 2
# Near-duplicates fall out after the ranking, so more are asked for than are shown.
_SPARE, _MUCH_DEEPER = 2, 8
# A passage speaks of several things, and its vector is the mean of them: a question in words of
# its own is liker to the one sentence that answers. Of those 1,000 questions this puts the right
# paragraph first for .846 instead of .804; of 231 development questions over two collections
# for .71 instead of .66, of 37 paraphrases among four for .68 instead of .46.
_COMPARED = 20
# In a collection whose sentences are all kept (`Likeness`), comparing those of more passages costs
# next to nothing: with 40 the right passage is among the first six for .93 instead of .91 of 149
# development questions, of 31 paraphrases for .71 instead of .65. Elsewhere a search would take
# half as long again, for sentences that it has to embed.
_COMPARED_IF_KEPT = 40


def fuse_rankings(rankings: Sequence[Sequence[str]], *, k: int = 60) -> list[tuple[str, float]]:
    """Merge rankings of one query by reciprocal rank, best first; ties as in the first of them.

    Each list gives 1 / (k + rank) to its passages, rank starting at 1, so scores of different
    scales never mix; a larger k trusts the top ranks less. Cormack, Clarke & Buettcher, SIGIR 2009.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, passage_id in enumerate(ranking, start=1):
            scores[passage_id] += 1 / (k + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def search_view(
    view: View,
    query: str,
    vector: Sequence[float],
    *,
    k: int,
    bounds: Bounds,
    likeness: Likeness | None = None,
) -> list[Hit]:
    """Give the best passages that somebody sees; of the same story twice the best copy.

    That copy's article names the other outlets in `also_in`; copies of different audiences are
    never made one. Without `likeness` only whole passages are compared with the query.

    Raises:
        StoreError: Chroma knows a passage that the revision does not hold.
    """
    if bounds.outlets == ():
        return []
    compared = _COMPARED_IF_KEPT if view.revision.size <= KEPT_PASSAGES else _COMPARED
    depth = max(compared, _SPARE * k)
    ranking = partial(
        _ranked, view, query, vector, bounds=bounds, likeness=likeness, compared=compared
    )
    ranked = ranking(depth)
    found = _folded(ranked)
    if (
        len(found) < k and len(ranked) >= depth
    ):  # a story that many papers print may have taken all places
        found = _folded(ranking(_MUCH_DEEPER * depth))
    return [
        Hit(passage=passage, rank=rank, score=score)
        for rank, (passage, score) in enumerate(found[:k], start=1)
    ]


def _ranked(
    view: View,
    query: str,
    vector: Sequence[float],
    depth: int,
    *,
    bounds: Bounds,
    likeness: Likeness | None,
    compared: int,
) -> list[tuple[Passage, float]]:
    near = view.nearest(vector, k=depth, bounds=bounds)
    worded = view.worded(query, k=depth, bounds=bounds)
    rows = view.rows(list({*near, *worded}))
    if not rows.keys() >= set(near) and view.is_settled():
        raise StoreError('the index is damaged; run "dateline ingest" to mend it')
    passages = {one: row.passage for one, row in rows.items()}
    rankings = [near, worded]
    if likeness:
        best = [one for one, _ in fuse_rankings(rankings, k=_DAMPING) if one in passages]
        rankings.append(_by_likest_sentence(best[:compared], passages, vector, likeness))
    fused = fuse_rankings(rankings, k=_DAMPING)
    return [(passages[one], score) for one, score in fused if one in passages]


def _by_likest_sentence(
    ids: Sequence[str], passages: Mapping[str, Passage], vector: Sequence[float], likeness: Likeness
) -> list[str]:
    sentences = [
        (one, passages[one].text[start:end])
        for one in ids
        for start, end in sentences_within(passages[one])
    ]
    best: dict[str, float] = {}
    for (one, _), cosine in zip(
        sentences, likeness.to(vector, [text for _, text in sentences]), strict=True
    ):
        best[one] = max(cosine, best.get(one, -1.0))
    return sorted(best, key=lambda one: -best[one])


def _folded(ranked: Sequence[tuple[Passage, float]]) -> list[tuple[Passage, float]]:
    """Keep the best of passages that say nearly the same; it tells where else they stand."""
    seen = Seen()
    copies: defaultdict[tuple[str, int], list[tuple[Passage, float]]] = defaultdict(list)
    for passage, score in ranked:
        copies[passage.article.audience, seen.place(passage.text)].append((passage, score))
    found = []
    for (passage, score), *others in copies.values():
        outlets = dict.fromkeys(other.article.outlet for other, _ in others)
        also_in = tuple(one for one in outlets if one and one != passage.article.outlet)
        article = replace(passage.article, also_in=also_in) if also_in else passage.article
        found.append((replace(passage, article=article), score))
    return found
