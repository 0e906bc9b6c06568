"""What a chat model reads: all that is admitted where it fits, else the best, in order of date."""

from dataclasses import replace

from retrieval.answer.search import to_read
from retrieval.question.plan import Turn
from retrieval.types import Article, Filters, Hit, Passage, Standalone

OLD = Article(article_id="old", source="old.txt", title="Old", published="2019-02", outlet="Post")
NEW = Article(article_id="new", source="new.txt", title="New", published="2021-03-12")
UNDATED = Article(article_id="any", source="any.txt", title="Any")
ROOM = 1_000


def part(article: Article, n: int, text: str = "Ten chars.") -> Passage:
    return Passage(
        passage_id=f"{article.article_id}-{n}",
        article=article,
        text=text,
        start=100 * n,
        end=100 * n + len(text),
    )


class Shelf:
    """Three articles of two passages, ten characters each; a search finds them in that order."""

    held = (*(part(UNDATED, n) for n in (0, 1)), *(part(NEW, n) for n in (0, 1)))
    held += tuple(part(OLD, n) for n in (0, 1))

    def admitted(self, filters: Filters) -> list[Article]:
        articles = [UNDATED, NEW, OLD]
        return [one for one in articles if filters.outlet in (None, one.outlet)]

    def passages(self, article_id: str) -> list[Passage]:
        return [one for one in self.held if one.article.article_id == article_id]

    def search(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        found = [one for one in self.held if one.article in self.admitted(filters)]
        return [Hit(passage=p, rank=n, score=1 / n) for n, p in enumerate(found[:k], start=1)]


TURN = Turn(question="Why?", standalone=Standalone("Why?"), filters=Filters(), held=Shelf())


def ids(passages: list[Passage]) -> list[str]:
    return [one.passage_id for one in passages]


def test_the_whole_collection_is_read_where_it_fits_oldest_first() -> None:
    read = to_read(TURN, room_chars=ROOM)

    assert ids(read) == ["old-0", "old-1", "new-0", "new-1", "any-0", "any-1"]


def test_what_was_found_comes_first_where_there_is_little_room() -> None:
    hits = (Hit(passage=part(NEW, 1), rank=1, score=1.0),)

    read = to_read(replace(TURN, hits=hits), room_chars=20)

    assert ids(read) == ["new-1", "any-0"]


def test_a_passage_that_does_not_fit_leaves_its_place_to_a_shorter_one() -> None:
    hits = (Hit(passage=part(OLD, 0, "Long. " * 90), rank=1, score=1.0),)

    read = to_read(replace(TURN, hits=hits), room_chars=20)

    assert ids(read) == ["any-0", "any-1"]


def test_a_person_s_limits_hold_for_what_a_model_reads() -> None:
    read = to_read(replace(TURN, filters=Filters(outlet="Post")), room_chars=ROOM)

    assert ids(read) == ["old-0", "old-1"]
