"""From a question to a cited answer or a refusal, over the real index of the seeds."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from retrieval.answer.chain import Answerer
from retrieval.answer.extractive import ExtractiveWriter
from retrieval.draft import Draft, Evidence
from retrieval.errors import ModelError, QuestionError
from retrieval.index.chroma.collection import Collection
from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.question.plan import MAX_QUESTION_CHARS, Turn
from retrieval.record import answer_record
from retrieval.text.sentences import passage_sentences
from retrieval.types import Filters, Passage, Spent
from tests.conftest import WriteArticles

MEETING = "How long did the Kerry and Lavrov meeting in Paris last?"


class OtherWriter:
    """Writes as the extractive writer does, then changes the draft: a writer that errs."""

    room_chars = 20_000

    def __init__(self, change: Callable[[Draft], Draft | None]) -> None:
        self._change = change
        self.read: list[Passage] = []
        self.rewritten: str | None = None

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        further: Sequence[Passage] = (),
        is_sure: bool = True,
        on_text: Callable[[str], None] | None = None,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> Draft | None:
        self.read = [*further]
        if on_spent:
            on_spent(Spent(tokens=100))
        draft = ExtractiveWriter().write(question, evidence, on_text=on_text)
        return self._change(draft) if draft else None

    def stand_alone(
        self,
        question: str,
        history: Sequence[str],
        *,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> str | None:
        if on_spent:
            on_spent(Spent(tokens=10))
        return self.rewritten


def fails(_draft: Draft) -> Draft:
    raise ModelError("the model did not answer")


def invents(draft: Draft) -> Draft:
    first = draft.citations[0]
    return replace(draft, citations=(replace(first, quote=first.quote + " Really."),))


@pytest.fixture(scope="module")
def answerer(seed_library: Library) -> Answerer:
    return Answerer(seed_library)


@pytest.fixture(autouse=True)
def _examples_are_tried_once(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs as much as a question, and every answerer that refuses would try them anew."""
    monkeypatch.setattr("retrieval.answer.chain.Examples", lambda _: answerer._examples)


def test_every_sentence_that_was_read_can_be_chosen(answerer: Answerer) -> None:
    with answerer.library.snapshot() as held:
        hits = tuple(held.search(MEETING, k=8))
        turn = Turn(question=MEETING, filters=Filters(), held=held, reads=MEETING, hits=hits)
        candidates = answerer.finder.candidates(turn)

    read = sum(len(passage_sentences(hit.passage)) for hit in hits)
    assert {c.hit.passage.passage_id for c in candidates} == {h.passage.passage_id for h in hits}
    assert read - len(hits) <= len(candidates) <= read  # a passage's end may lie beyond its window


def test_an_answer_quotes_the_sentence_with_its_place_and_true_date(answerer: Answerer) -> None:
    answer = answerer.answer(MEETING)

    citation = answer.citations[0]
    text = answerer.library.article_text(citation.article.article_id)
    assert "three-hour" in citation.quote
    assert text[citation.start : citation.end] == citation.quote
    assert citation.highlight is not None
    assert citation.start <= citation.highlight[0] < citation.highlight[1] <= citation.end
    assert (citation.article.published or "").startswith("2014")
    assert "[1]" in answer.text


@pytest.mark.parametrize(
    "question", ["What are strictly necessary cookies used for?", "Who won the 2018 World Cup?"]
)
def test_what_the_articles_do_not_say_is_refused_with_what_they_cover(
    answerer: Answerer, question: str
) -> None:
    answer = answerer.answer(question)

    assert answer.status == "refused"
    assert answer.citations == ()
    assert answer.refusal is not None
    assert answer.refusal.kind in {"off topic", "not said"}
    with answerer.library.snapshot() as held:
        assert held.overview.words in answer.text


def test_a_refusals_nearest_passages_are_verbatim_too(answerer: Answerer) -> None:
    refusal = answerer.answer("Which hotel in Paris did Kerry and Lavrov meet in?").refusal

    assert refusal is not None
    assert refusal.nearest
    for near in refusal.nearest:
        text = answerer.library.article_text(near.article.article_id)
        assert text[near.start : near.end] == near.quote


def test_the_record_has_every_field_of_the_contract(answerer: Answerer) -> None:
    record = answer_record(answerer.answer(MEETING))

    assert set(record) == {
        "question",
        "standalone_question",
        "status",
        "refusal",
        "text",
        "statements",
        "citations",
        "model",
        "confidence",
        "filters",
        "notes",
        "timings_ms",
        "tokens",
        "cost",
        "is_close",
    }
    assert set(record["timings_ms"]) == {"retrieve", "read", "write", "verify", "total"}


@pytest.mark.parametrize("question", ["", " \n ", "?!", "why " * MAX_QUESTION_CHARS])
def test_an_empty_or_endless_question_is_an_error_that_says_so(
    answerer: Answerer, question: str
) -> None:
    with pytest.raises(QuestionError, match="ask"):
        answerer.answer(question)


@pytest.mark.parametrize("question", ["Assad", "Где встретились Керри и Лавров?", "caf\udcff?"])
def test_an_odd_question_is_answered_or_refused(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question).status in {"answered", "refused"}


def test_a_persons_limits_are_kept(answerer: Answerer) -> None:
    limits = Filters(since="2017", until="2017", origin="option")

    answer = answerer.answer(MEETING, filters=limits)

    assert answer.filters == limits
    assert all((c.article.published or "").startswith("2017") for c in answer.citations)


def test_time_words_limit_the_dates_and_are_lifted_when_nothing_is_from_then(
    answerer: Answerer,
) -> None:
    inside = answerer.answer("What did Lavrov say in 2014?")
    outside = answerer.answer(f"{MEETING.removesuffix('?')} in January 2017?")

    assert inside.filters.origin == "question"
    assert all((c.article.published or "").startswith("2014") for c in inside.citations)
    assert outside.filters == Filters()
    assert any("January 2017" in note for note in outside.notes)


def test_a_follow_up_is_searched_as_a_question_of_its_own(answerer: Answerer) -> None:
    answer = answerer.answer("How long did it last?", history=["Where did Kerry and Lavrov meet?"])

    assert answer.question == "How long did it last?"
    assert "Lavrov" in answer.standalone_question


def test_a_quote_that_the_article_does_not_hold_refuses_the_answer(seed_library: Library) -> None:
    answer = Answerer(seed_library, writer=OtherWriter(invents)).answer(MEETING)

    assert answer.refusal is not None
    assert answer.citations == ()
    assert "Really" not in answer.text
    assert 'whoever runs this should run "dateline ingest"' in answer.refusal.reason


@pytest.mark.parametrize("text", [None, "The ferry never sank, says a new report."])
def test_an_answer_is_wholly_of_one_revision_whatever_is_ingested_in_the_middle_of_it(
    library: Library, write_articles: WriteArticles, text: str | None
) -> None:
    folder = write_articles()
    ingest(library, [folder])
    before = library.find_article("ferry.txt")

    def change(draft: Draft) -> Draft:
        if text is None:
            (folder / "ferry.txt").unlink()
        else:
            (folder / "ferry.txt").write_text(text, "utf-8")
        ingest(library, [folder])
        return draft

    writer = OtherWriter(change)
    during = Answerer(library, writer=writer).answer("Which ferry sank in the harbour?")
    after = {article.source: article for article in library.articles()}

    assert during.citations[0].article == before
    assert "sank in the harbour on Monday" in during.citations[0].quote
    assert {one.article for one in writer.read} >= {before}
    assert after.get("ferry.txt") != before or library.article_text(before.article_id) == text


def test_a_question_lists_what_chroma_holds_once(
    library: Library, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [write_articles()])
    answerer, listed = Answerer(library), []
    answerer.answer("Which ferry sank in the harbour?")
    listing = Store.collections

    def counted(store: Store) -> list[Collection]:
        listed.append(store)
        return listing(store)

    monkeypatch.setattr(Store, "collections", counted)
    answerer.answer("Which ferry sank in the harbour, according to articles of 2016?")
    answerer.answer("How many goals did the goalkeeper let in?")

    assert len(listed) == 2


def test_without_its_model_the_articles_are_quoted_and_a_note_says_so(
    seed_library: Library,
) -> None:
    answer = Answerer(seed_library, writer=OtherWriter(fails)).answer(MEETING)

    assert answer.model == "extractive"
    assert "three-hour" in answer.citations[0].quote
    assert any("unavailable" in note for note in answer.notes)


def test_a_writer_that_finds_no_answer_makes_a_refusal(seed_library: Library) -> None:
    answer = Answerer(seed_library, writer=OtherWriter(lambda _: None)).answer(MEETING)

    assert answer.status == "refused"


def test_a_confidence_that_is_asked_for_refuses_below_it(seed_library: Library) -> None:
    assert Answerer(seed_library, min_confidence=1.0).answer(MEETING).status == "refused"


def test_a_claim_gets_a_verdict_and_the_passages_for_it(answerer: Answerer) -> None:
    right = answerer.check("The meeting of Kerry and Lavrov in Paris took three hours.")
    wrong = answerer.check("The meeting of Kerry and Lavrov in Paris took five hours.")
    other = answerer.check("Bananas are yellow.")

    assert (right.verdict, right.citations[0].stance) == ("supported", "supports")
    assert (wrong.verdict, wrong.citations[0].stance) == ("contradicted", "contradicts")
    assert (other.verdict, other.status) == ("not found", "refused")


NEAR_MISS = "How tall is Vladimir Putin?"
FAR_OFF = "How do I make a sourdough starter?"


def declines(_draft: Draft) -> None:
    return None


def test_a_near_miss_reaches_a_chat_model_which_may_decline(seed_library: Library) -> None:
    writer = OtherWriter(declines)

    answer = Answerer(seed_library, writer=writer).answer(NEAR_MISS)

    assert writer.read
    assert answer.refusal is not None
    assert answer.refusal.kind == "not said"


def test_what_is_not_about_the_collection_costs_no_token(seed_library: Library) -> None:
    writer = OtherWriter(declines)

    answer = Answerer(seed_library, writer=writer).answer(FAR_OFF)

    assert not writer.read
    assert answer.refusal is not None
    assert answer.refusal.kind == "off topic"


def test_the_other_gate_asks_a_model_only_what_the_reader_finds(seed_library: Library) -> None:
    writer = OtherWriter(declines)

    answer = Answerer(seed_library, writer=writer, gate="answerability").answer(NEAR_MISS)

    assert not writer.read
    assert answer.refusal is not None


def test_where_the_model_fails_nothing_is_quoted_that_does_not_answer(
    seed_library: Library,
) -> None:
    writer = OtherWriter(fails)
    writer.write = fails_at_once  # type: ignore[method-assign]

    answer = Answerer(seed_library, writer=writer).answer(NEAR_MISS)

    assert answer.refusal is not None
    assert any("unavailable" in note for note in answer.notes)


def test_a_chat_model_may_say_what_a_follow_up_means(seed_library: Library) -> None:
    writer = OtherWriter(lambda draft: draft)
    writer.rewritten = "How long did the talks of Kerry and Lavrov in Paris last?"

    answer = Answerer(seed_library, writer=writer).answer(
        "and how long did they sit together?", history=["Whom did Kerry meet in Paris?"]
    )

    assert answer.standalone_question == writer.rewritten
    assert "three-hour" in answer.citations[0].quote
    assert answer.tokens == 110


@pytest.mark.parametrize("brought_in", ["Zanzibar", "1897", "12,345 soldiers"])
def test_a_follow_up_gets_no_name_number_or_date_that_nobody_gave(
    seed_library: Library, brought_in: str
) -> None:
    writer = OtherWriter(lambda draft: draft)
    writer.rewritten = f"How long did Kerry and Lavrov talk about {brought_in}?"
    asked, history = "How long did they talk?", ["Did Kerry and Lavrov meet in Paris?"]

    answer = Answerer(seed_library, writer=writer).answer(asked, history=history)
    by_rules = Answerer(seed_library).answer(asked, history=history)

    assert answer.standalone_question == by_rules.standalone_question
    assert by_rules.tokens is None


def test_what_is_not_the_question_is_not_taken_for_it(seed_library: Library) -> None:
    writer = OtherWriter(lambda draft: draft)
    writer.rewritten = "I am a teapot."

    answer = Answerer(seed_library, writer=writer).answer("How long?", history=[MEETING])

    assert "teapot" not in answer.standalone_question


def fails_at_once(*_: object, **__: object) -> Draft:
    raise ModelError("the model did not answer")


def test_what_nothing_here_is_about_is_told_from_what_the_articles_do_not_say(
    answerer: Answerer,
) -> None:
    far = answerer.answer("Which team won the football world cup in 2018?").refusal
    near = answerer.answer("Which hotel in Paris did Kerry and Lavrov meet in?").refusal

    assert far is not None
    assert (far.kind, far.nearest) == ("off topic", ())
    assert near is not None
    assert near.kind == "not said"
    assert 1 <= len(near.nearest) <= 2


def test_a_refusal_offers_a_question_that_is_answered(answerer: Answerer) -> None:
    refused = answerer.answer("Who won the 2018 World Cup?")

    assert refused.refusal is not None
    assert refused.refusal.covers.startswith("5 articles, Sep 2014 – Dec 2017, on ")
    assert refused.refusal.example is not None
    assert answerer.answer(refused.refusal.example).status == "answered"
    assert refused.text.split("\n") == [
        refused.refusal.sentence,
        f"The collection: {refused.refusal.covers}.",
        f"Try: {refused.refusal.example}",
    ]
