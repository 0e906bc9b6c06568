"""Which passages are read for a question, and what is said of the limits that were set."""

from retrieval.answer.chain import Answerer
from retrieval.answer.search import find_hits
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.question.turn import Turn
from retrieval.types import Filters
from tests.conftest import WriteArticles

FERRY = "The ferry to Skerry Island sank in the harbour on Monday, says the {} in its report. "
SOURCES = """
["a.txt"]
outlet = "The Herald"
published = "2014"
["b.txt"]
outlet = "Evening Post"
published = "2015"
"""


def told_of(question: str) -> Turn:
    return Turn(question=question, standalone=question, reads=question, filters=Filters())


def test_a_lifted_limit_leaves_no_note_of_what_it_left_out(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles("dated", a_txt=FERRY.format("Herald"), b_txt=FERRY.format("Post"))
    (folder / "c.txt").write_text("The apple harvest froze in the valley this spring.", "utf-8")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])

    answer = Answerer(library).answer(
        "Which ferry sank in the harbour, according to the 2016 articles?"
    )

    assert answer.citations
    assert any("articles of all dates were searched" in note for note in answer.notes)
    assert not any("left out" in note for note in answer.notes)


def test_a_refusal_shows_the_nearest_of_all_dates_where_none_is_within(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles("dated", a_txt=FERRY.format("Herald"), b_txt=FERRY.format("Post"))
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])

    answer = Answerer(library, min_confidence=1.0).answer("Which ferry sank in 2016?")

    assert answer.refusal is not None
    assert answer.refusal.nearest
    assert any("articles of all dates were searched" in note for note in answer.notes)


def test_outlets_that_a_question_names_are_heard_and_no_other(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles("outlets", a_txt=FERRY.format("Herald"), b_txt=FERRY.format("Post"))
    (folder / "c.txt").write_text(FERRY.format("rest") * 3, "utf-8")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])

    both = find_hits(told_of("What do the Herald and the Evening Post say?"), library, 8)
    plain = find_hits(told_of("What sank?"), library, 8)

    assert {hit.passage.article.outlet for hit in both} == {"The Herald", "Evening Post"}
    assert None in {hit.passage.article.outlet for hit in plain}


def test_a_question_for_several_views_hears_two_passages_of_an_article_at_most(
    seed_library: Library,
) -> None:
    question = "Compare the views on cooperation with Russia."

    hits = find_hits(told_of(question), seed_library, 8)

    articles = [hit.passage.article.article_id for hit in hits]
    assert len(set(articles)) > 1
    assert max(map(articles.count, articles)) <= 2
