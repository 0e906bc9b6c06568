"""Which passages are read for a question, and what is said of the limits that were set."""

from datetime import date

from retrieval.answer.chain import Answerer
from retrieval.answer.search import find_hits
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.question.plan import Turn, plan_turn
from retrieval.types import Filters, Hit
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


def found(question: str, library: Library) -> tuple[Hit, ...]:
    with library.snapshot() as held:
        turn = Turn(question=question, filters=Filters(), held=held)
        return find_hits(plan_turn(turn, today=date(2018, 3, 14)), 8)


def test_a_lifted_limit_leaves_no_note_of_what_it_left_out(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles("dated", a_txt=FERRY.format("Herald"), b_txt=FERRY.format("Post"))
    (folder / "c.txt").write_text("The apple harvest froze in the valley this spring.", "utf-8")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])

    answer = Answerer(library, min_confidence=0.0).answer(
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

    both = found("What do the Herald and the Evening Post say?", library)
    plain = found("What sank?", library)

    assert {hit.passage.article.outlet for hit in both} == {"The Herald", "Evening Post"}
    assert None in {hit.passage.article.outlet for hit in plain}


def test_a_time_of_the_question_before_sets_no_limit_when_it_is_carried_along(
    seed_library: Library,
) -> None:
    before = "Who rejected the treaty in September 2014?"

    with seed_library.snapshot() as held:
        turn = Turn(question="Who else?", history=(before,), filters=Filters(), held=held)
        planned = plan_turn(turn, today=date(2018, 3, 14))

    assert planned.standalone.context == before
    assert not planned.filters


def test_a_question_for_several_views_hears_two_passages_of_an_article_at_most(
    seed_library: Library,
) -> None:
    question = "Compare the views on cooperation with Russia."

    hits = found(question, seed_library)

    articles = [hit.passage.article.article_id for hit in hits]
    assert len(set(articles)) > 1
    assert max(map(articles.count, articles)) <= 2


def test_a_topic_is_answered_with_each_articles_sentences_that_name_it_oldest_first(
    library: Library, write_articles: WriteArticles
) -> None:
    texts = {
        "a_txt": "Ida Huber opened the ferry line in spring. The valley was under snow that day.",
        "b_txt": "Apples froze on every tree. The old ferry was sold to Lindau for scrap.",
    }
    folder = write_articles("dated", **texts)
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])

    answer = Answerer(library).answer("tell me about the ferry")

    assert [citation.quote for citation in answer.citations] == [
        "Ida Huber opened the ferry line in spring.",
        "The old ferry was sold to Lindau for scrap.",
    ]
    assert answer.confidence is None


def test_a_topic_that_no_sentence_names_is_refused(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles("dated", a_txt=FERRY.format("Herald"), b_txt=FERRY.format("Post"))
    ingest(library, [folder])

    answer = Answerer(library).answer("anything about volcanoes?")

    assert answer.refusal is not None


SPEAKERS = """Anna Berg, the mayor of the island, said on Monday that the council would stand by its
promise and pay for a new landing stage before the winter storms.

But Karl Lind, a captain of thirty years, doubted that the money would ever come. "From where we
stand, every promise is a cheque on sand," he said.

Ida Moen, a teacher at the island's school, said the obstacles to a new ferry were too great to
overcome soon, whatever anybody promised, and that from a child's view all were the same.
"""


def test_words_that_a_question_quotes_are_shown_with_who_said_them(
    library: Library, write_articles: WriteArticles
) -> None:
    ingest(library, [write_articles("said", a_txt=SPEAKERS, b_txt=FERRY.format("Herald") * 3)])

    answer = Answerer(library, min_confidence=0.0).answer(
        "Who said that 'from where we stand, every promise is a cheque on sand'?"
    )

    assert "Karl Lind" in answer.citations[0].quote
    assert "a cheque on sand" in answer.text
    assert "Anna Berg" not in answer.text
    assert "Ida Moen" not in answer.text


def test_what_has_nothing_to_do_with_the_articles_is_refused_however_sure_the_reader_is(
    seed_library: Library,
) -> None:
    answer = Answerer(seed_library, min_confidence=0.0).answer("How long does a sourdough rise?")

    assert answer.refusal is not None
    assert answer.refusal.kind == "off topic"
    assert answer.confidence == 0.0
