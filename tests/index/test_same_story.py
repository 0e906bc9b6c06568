"""The same story in several papers, and articles whose text was corrected."""

from datetime import UTC, datetime

import pytest

from retrieval.answer.chain import Answerer
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.record import answer_record, article_record
from retrieval.types import Filters
from tests.conftest import TEXTS, WriteArticles

WIRE = TEXTS["ferry.txt"]
PAPERS = ("The Post", "Morning Mail", "Herald")
SOURCES = "".join(f'["{n}.txt"]\noutlet = "{paper}"\n' for n, paper in enumerate(PAPERS))
EDITED = f"{WIRE} Nobody was hurt."


@pytest.fixture
def papers(library: Library, write_articles: WriteArticles) -> Library:
    folder = write_articles("wire", **{"0_txt": WIRE, "1_txt": EDITED, "2_txt": WIRE})
    (folder / "sources.toml").write_text(SOURCES)
    ingest(library, [folder, write_articles("other", frost_txt=TEXTS["frost.txt"])])
    return library


def test_a_story_in_several_papers_is_one_passage_that_names_them_all(papers: Library) -> None:
    [first, second] = papers.search("ferry passengers", k=2)

    assert {first.passage.article.outlet, *first.passage.article.also_in} == set(PAPERS)
    assert second.passage.article.source == "frost.txt"
    assert second.passage.article.also_in == ()


def test_an_answer_cites_the_story_with_all_its_papers(papers: Library) -> None:
    answer = Answerer(papers).answer("Who brought the passengers of the ferry ashore?")

    [citation] = answer.citations
    assert {citation.article.outlet, *citation.article.also_in} == set(PAPERS)
    [record] = answer_record(answer)["citations"]  # type: ignore[misc,union-attr]
    assert set(record["also_in"]) == set(citation.article.also_in)  # type: ignore[arg-type,call-overload,index]


def test_a_paper_that_is_asked_for_answers_with_its_own_copy(papers: Library) -> None:
    [hit] = papers.search("ferry passengers", filters=Filters(outlet="Herald"))

    assert (hit.passage.article.outlet, hit.passage.article.also_in) == ("Herald", ())


def test_a_second_copy_in_the_same_paper_is_left_out(
    library: Library, write_articles: WriteArticles
) -> None:
    report = ingest(library, [write_articles("twice", a_txt=WIRE, b_txt=WIRE)])

    assert [(one.source, one.reason) for one in report.duplicates] == [
        ("b.txt", "same text as a.txt")
    ]


def test_a_corrected_article_keeps_its_id_and_says_when(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles("paper", ferry_txt=WIRE)
    [first] = ingest(library, [folder]).added
    (folder / "ferry.txt").write_text(EDITED)
    [corrected] = ingest(library, [folder]).updated
    (folder / "sources.toml").write_text('["ferry.txt"]\noutlet = "The Post"\n')
    ingest(library, [folder])

    [held] = library.articles()
    today = datetime.now(UTC).date().isoformat()
    assert first.article.corrected is None
    assert (held.article_id, held.outlet) == (first.article.article_id, "The Post")
    assert corrected.article.corrected == held.corrected == today
    assert article_record(held)["corrected"] == today
