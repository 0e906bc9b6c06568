"""Fusing rankings, folding near-duplicates, and the library as a LangChain retriever."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import IndexEmpty, UsageError
from retrieval.index.fusion import Seen, fuse_rankings
from retrieval.index.ingest import ingest
from retrieval.index.langchain_retriever import LibraryRetriever
from retrieval.index.library import Library
from retrieval.types import Filters
from tests.conftest import WriteArticles

AGENCY = (
    "A goods train left the rails near Oldham on Friday night and blocked the line to the coast. "
    "Nobody was hurt, the rail company said, and the line will be open again on Sunday evening. "
    "Inspectors are looking at a broken switch that was repaired only two weeks ago."
)

LETTERS = (
    "Letters from the kitchen\n\nWash the potatoes well and cut them into thin slices. Peel the "
    "onions and fry them in butter. Add two carrots and a leek. Thick fog kept the ship from "
    "leaving port. Let the soup simmer for an hour. Serve it with bread and salt. Beans taste well "
    "with it too. Grandmother took more pepper than salt. A cake of apples with cinnamon comes "
    "after it. Whip the cream until it is stiff. Keep what is left in a cool place."
)

WEEK = {
    "week_txt": "Members approved a new roof for the library and a contract for school meals. A "
    "pensioner found a python asleep in her washing machine, and the fire brigade took it to the "
    "zoo. The choir sang in the park on Sunday. A vote on parking fees was put off until the "
    "autumn. The baker in Mill Street will retire after forty years.",
    "laundry_txt": "The laundry in Mill Street has new machines. Each takes nine kilos of clothes, "
    "and a wash costs four crowns. The owner hopes for more people on Sundays.",
    "weaver_txt": "The weaver on the square sells carpets and blankets. She washes the wool by "
    "hand and dries it in the loft. Her shop is open until six.",
    "hotel_txt": "The hotel by the lake has been painted. Guests get clean towels every day, and "
    "the linen is sent to town.",
    "fire_txt": "The fire brigade has a new engine. It can carry three thousand litres of water, "
    "and it was paid for by a lottery.",
}


def test_fused_scores_are_sums_of_reciprocal_ranks() -> None:
    fused = fuse_rankings([["a", "b"], ["b", "c"]], k=60)

    assert fused == [("b", 1 / 62 + 1 / 61), ("a", 1 / 61), ("c", 1 / 62)]


def test_ties_keep_the_order_of_the_first_ranking() -> None:
    assert [one for one, _ in fuse_rankings([["a", "b"], ["b", "a"]])] == ["a", "b"]
    assert fuse_rankings([]) == []
    assert fuse_rankings([[], []]) == []


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=3))
def test_every_passage_is_given_once_and_scores_fall(rankings: list[list[str]]) -> None:
    fused = fuse_rankings(rankings)

    assert sorted(one for one, _ in fused) == sorted({one for ranks in rankings for one in ranks})
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)


@pytest.mark.parametrize(
    ("other", "is_new"),
    [
        (AGENCY, False),
        (AGENCY.upper().replace(",", ""), False),
        (AGENCY.replace("Nobody", "No one"), False),
        (AGENCY + " Buses replace the trains.", False),
        (AGENCY.replace("two weeks", "2 weeks"), True),
        ("The growers asked the government for help.", True),
        (AGENCY.split(". ")[0] + ". Frost destroyed the harvest, growers say. " * 4, True),
    ],
)
def test_near_duplicates_are_told_from_texts_that_differ(other: str, is_new: bool) -> None:
    seen = Seen()
    seen.place(AGENCY)

    assert seen.place(other) == int(is_new)


@pytest.mark.parametrize("text", ["", "One.", "🙂"])
def test_very_short_texts_are_compared_too(text: str) -> None:
    seen = Seen()

    assert seen.place(text) == 0
    assert seen.place(text) == 0


def test_two_reports_with_other_figures_are_both_shown() -> None:
    seen = Seen()

    reports = [AGENCY.replace("Nobody was", f"{n} people were") for n in ("12", "14", "fifteen")]
    assert [seen.place(report) for report in reports] == [0, 1, 2]


def test_a_text_that_two_papers_print_is_found_once(
    library: Library, write_articles: WriteArticles
) -> None:
    one = write_articles("one", rail_txt=AGENCY, ferry_txt="A ferry sank in the harbour.")
    two = write_articles("two", rail_txt=AGENCY.replace("Friday night", "Friday"))
    ingest(library, [one, two])

    hits = library.search("Which train left the rails?", k=5)

    assert [hit.passage.article.source for hit in hits] == ["rail.txt", "ferry.txt"]
    assert [hit.rank for hit in hits] == [1, 2]
    assert hits[0].score > hits[1].score > 0


def test_one_sentence_that_says_it_lifts_a_passage_about_many_things(
    library: Library, write_articles: WriteArticles
) -> None:
    ingest(library, [write_articles(**WEEK)])

    found = [
        h.passage.article.source for h in library.search("Which reptile lay among the washing?")
    ]

    assert found.index("week.txt") < found.index("laundry.txt")


def test_a_sentence_is_found_in_a_passage_that_comes_late_by_its_words_and_as_a_whole(
    library: Library, write_articles: WriteArticles
) -> None:
    """Three dozen passages have the question's words; the answer has others, among recipes."""
    harbour = {
        f"ship{n}_txt": f"Ship notes {n}\n\nShip {n} lies in the harbour of town {n}. Sailors wash "
        f"the deck of the ship in any weather. The ship has {n} sails and a cook."
        for n in range(36)
    }
    ingest(library, [write_articles(**harbour, letters_txt=LETTERS)])

    hits = library.search("Why did the ship stay in the harbour?", k=6)

    assert "letters.txt" in [hit.passage.article.source for hit in hits]


def test_the_best_passage_of_the_seeds_comes_first(seed_library: Library) -> None:
    hits = seed_library.search("How long was the telephone call of the two presidents?", k=4)

    assert len(hits) == 4
    assert any("minute" in hit.passage.text for hit in hits)
    assert all(
        seed_library.article_text(hit.passage.article.article_id)[
            hit.passage.start : hit.passage.end
        ]
        == hit.passage.text
        for hit in hits
    )


def test_filters_hold_for_both_rankings(seed_library: Library) -> None:
    dated = seed_library.search("Russia and Syria", k=30, filters=Filters(until="2014"))
    outlet = seed_library.search("Russia and Syria", k=30, filters=Filters(outlet="moscow times"))

    assert {(hit.passage.article.published or "")[:4] for hit in dated} == {"2014"}
    assert {hit.passage.article.outlet for hit in outlet} == {"The Moscow Times"}
    assert seed_library.search("Syria", filters=Filters(outlet="nobody")) == []
    assert seed_library.search("Syria", filters=Filters(since="1990", until="1991")) == []


@pytest.mark.parametrize(
    "query",
    ["x", "🙂", "Кто встретился в Париже?", "word " * 2000, 'a "b (c', "*", "\x00", "the of and"],
)
def test_any_words_can_be_searched_for(seed_library: Library, query: str) -> None:
    assert len(seed_library.search(query, k=3)) == 3


@pytest.mark.parametrize(("query", "k"), [("", 4), (" \n", 4), ("Syria", 0), ("Syria", -1)])
def test_a_search_for_nothing_is_wrong_usage(seed_library: Library, query: str, k: int) -> None:
    with pytest.raises(UsageError):
        seed_library.search(query, k=k)


def test_a_date_that_is_none_is_wrong_usage(seed_library: Library) -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        seed_library.search("Syria", filters=Filters(since="last week"))


def test_more_hits_than_passages_can_be_asked_for(seed_library: Library) -> None:
    held = sum(article.passages for article in seed_library.articles())

    assert len(seed_library.search("Syria", k=1000)) == held


def test_an_empty_index_says_what_to_run(library: Library, tmp_path: Path) -> None:
    with pytest.raises(IndexEmpty, match="dateline ingest"):
        library.search("anything")

    assert library.articles() == []
    assert not (tmp_path / "index").exists()


def test_the_library_is_a_retriever_in_a_langchain_chain(seed_library: Library) -> None:
    from langchain_core.runnables import RunnableLambda

    retriever = LibraryRetriever(library=seed_library, k=2, filters=Filters(until="2014"))
    chain = retriever | RunnableLambda(lambda found: [one.metadata["source"] for one in found])

    documents = retriever.invoke("Which ministers met in Paris?")

    first = documents[0]
    assert chain.invoke("Which ministers met in Paris?") == [
        one.metadata["source"] for one in documents
    ]
    assert first.page_content == first.metadata["hit"].passage.text
    assert {"article_id", "title", "outlet", "published", "start", "end", "rank", "score"} <= set(
        first.metadata
    )
