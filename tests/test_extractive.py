"""Extractive answers are the articles' own sentences, quoted whole."""

from retrieval.breadth import breadth_of, outlets_named
from retrieval.select import passage_sentences, pick_evidence
from retrieval.types import Article, Passage
from retrieval.writers.evidence import Evidence
from retrieval.writers.extractive import MAX_STATEMENTS, ExtractiveWriter

TEXT = "Ida Huber bought a mill in 1921. She sold it two years later. Nobody knows why."


def article(number: int, **fields: str) -> Article:
    return Article(
        article_id=f"a{number}", source=f"{number}.txt", title=f"Title {number}", **fields
    )


def evidence(
    text: str, words: str, *, about: Article, probability: float = 0.9, worth: float = 0.0
) -> Evidence:
    passage = Passage(
        passage_id=f"{about.article_id}-{text[:8]}",
        article=about,
        text=text,
        start=100,
        end=100 + len(text),
    )
    start = 100 + text.index(words)
    return Evidence(
        passage=passage,
        sentences=passage_sentences(passage),
        probability=probability,
        worth=worth,
        span=(start, start + len(words)),
    )


def test_the_sentence_around_the_answering_words_is_quoted_with_its_place() -> None:
    draft = ExtractiveWriter().write("When?", [evidence(TEXT, "1921", about=article(1))])

    assert draft is not None
    citation = draft.citations[0]
    assert citation.quote == "Ida Huber bought a mill in 1921."
    assert (citation.start, citation.end) == (100, 132)
    assert citation.highlight == (127, 131)


def test_a_pronoun_at_the_start_brings_the_sentence_before_it_along() -> None:
    draft = ExtractiveWriter().write("When?", [evidence(TEXT, "two years", about=article(1))])

    assert draft is not None
    assert draft.citations[0].quote == TEXT.removesuffix(" Nobody knows why.")


def test_a_pronoun_does_not_reach_over_a_paragraph() -> None:
    text = "Ida Huber bought a mill.\n\nShe sold it two years later."

    draft = ExtractiveWriter().write("When?", [evidence(text, "two years", about=article(1))])

    assert draft is not None
    assert draft.citations[0].quote == "She sold it two years later."


def test_the_same_fact_twice_gives_one_quote() -> None:
    again = "Ida Huber bought a mill in 1921, they say. More follows."
    items = [evidence(t, "1921", about=article(n)) for n, t in enumerate((TEXT, again))]

    draft = ExtractiveWriter().write("When?", items)

    assert draft is not None
    assert len(draft.citations) == 1


def test_no_more_than_four_statements_are_made() -> None:
    texts = [f"Town {n} has mill number {n * 7} and river {n * 11}." for n in range(6)]
    items = [evidence(text, "mill", about=article(n)) for n, text in enumerate(texts)]

    draft = ExtractiveWriter().write("Which?", items)

    assert draft is not None
    assert len(draft.statements) == MAX_STATEMENTS
    assert [s.citations for s in draft.statements] == [(1,), (2,), (3,), (4,)]


def test_without_evidence_there_is_no_answer() -> None:
    assert ExtractiveWriter().write("Which?", []) is None


def test_a_development_is_told_oldest_first_one_passage_an_article() -> None:
    late, early = article(1, published="2017-03"), article(2, published="2014")
    items = [
        evidence("Late it was.", "Late", about=late),
        evidence("Later still.", "Later", about=late),
        evidence("Early on.", "Early", about=early, probability=0.5),
    ]

    picked = pick_evidence(items, "development", [])

    assert [item.passage.text for item in picked] == ["Early on.", "Late it was."]


def test_named_outlets_speak_and_no_other() -> None:
    herald, post = article(1, outlet="The Herald"), article(2, outlet="Evening Post")
    items = [evidence("One.", "One", about=herald), evidence("Two.", "Two", about=post)]

    assert [i.passage.text for i in pick_evidence(items, "views", ["Evening Post"])] == ["Two."]


def test_a_fact_rests_on_what_answers_nearly_as_well_as_the_best() -> None:
    items = [
        evidence(f"{w}.", f"{w}", about=article(n), worth=w) for n, w in enumerate((9.0, 8.0, 4.0))
    ]

    assert pick_evidence(items, "fact", []) == items[:2]


def test_a_passage_gives_two_sentences_at_most() -> None:
    about = article(1)
    items = [evidence(TEXT, words, about=about) for words in ("1921", "sold", "Nobody")]

    assert pick_evidence(items, "fact", []) == items[:2]


def test_sentences_that_follow_each_other_are_one_quote() -> None:
    about = article(1)
    items = [evidence(TEXT, words, about=about) for words in ("Nobody", "two years")]

    draft = ExtractiveWriter().write("When?", items)

    assert draft is not None
    assert [citation.quote for citation in draft.citations] == [TEXT]


def test_sentences_of_two_paragraphs_stay_two_quotes() -> None:
    text = "Ida Huber bought a mill.\n\nThe mill burnt down two years later."
    items = [evidence(text, words, about=article(1)) for words in ("Ida", "two years")]

    draft = ExtractiveWriter().write("When?", items)

    assert draft is not None
    assert [citation.quote for citation in draft.citations] == text.split("\n\n")


def test_breadth_is_told_by_the_questions_form() -> None:
    articles = [article(1, outlet="The Herald (HRD)"), article(2, outlet="Evening Post")]

    assert breadth_of("Who bought the mill?", articles) == "fact"
    assert breadth_of("How did the price change?", articles, "development") == "development"
    assert breadth_of("Compare the two mills.", articles) == "views"
    assert breadth_of("What do HRD and the Evening Post write of the mill?", articles) == "views"
    assert outlets_named("What does the hrd write?", articles) == ["The Herald (HRD)"]
    assert outlets_named("What does the post office do?", articles) == []
