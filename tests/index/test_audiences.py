"""Articles of an audience's own: seen there alone, at every door, and changed by nobody else."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answer.chain import Answerer
from retrieval.articles.web.fetch import Fetcher
from retrieval.articles.web.pages import Web
from retrieval.errors import ArticleError, IndexBusy, ModelError, UsageError
from retrieval.index.ingest import ingest, preview, remove_articles
from retrieval.index.library import Library
from retrieval.index.rows import version_of
from retrieval.index.writing.additions import Upload, add_articles, remove_added
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.record import answer_record
from retrieval.types import Article, Filters
from tests.articles.web.site import Site, as_if_public, serving
from tests.conftest import TEXTS, WriteArticles
from tests.processes import other_process, write_folder

ONE, OTHER = "201", "202"
FRONT = "---\ntitle: {title}\noutlet: {outlet}\npublished: 2015-03-01\n---\n{text}\n"
BRIDGE = (
    "The Quenby bridge was closed on Friday after divers found cracks in its second pillar. "
    "The Quenby council promised a ferry for the time of the repairs."
)
OPERA = (
    "The Varlomir opera was sold to a hotel company on Friday for nine million crowns. "
    "The singers of the Varlomir opera heard of it from the newspaper."
)
SECRET = ("quenby", "bridge gazette", "pillar")


def an_upload(text: str = BRIDGE, title: str = "Quenby bridge", outlet: str = "Bridge Gazette"):
    data = FRONT.format(title=title, outlet=outlet, text=text).encode()
    return Upload(name=f"{title.split()[0].lower()}.md", data=data)


def added(library: Library) -> list[Article]:
    return [article for article in library.articles() if article.audience]


@pytest.fixture
def one(held: Library) -> Library:
    """The library as a server sees it that has an article of its own."""
    library = held.seen_by(ONE)
    add_articles(library, an_upload(), most=5)
    return library


@pytest.fixture
def other(held: Library, one: Library) -> Library:
    """The same for another server."""
    library = held.seen_by(OTHER)
    add_articles(library, an_upload(OPERA, "Varlomir opera", "Stage"), most=5)
    return library


def all_that_is_told(library: Library) -> str:
    """Everything that a reader of the library can be told, of whatever they ask."""
    own_id = f"{ONE}-"
    answerer = Answerer(library)
    asked = "Why was the Quenby bridge closed?"
    with library.snapshot() as held:
        told: list[object] = [
            held.articles,
            held.outlets,
            held.overview,
            held.shares_words("quenby"),
        ]
        told += [held.search(asked, k=50), held.admitted(Filters(since="2015"))]
        told += [held.search(asked, k=9, filters=Filters(since="2015-03", until="2015-03"))]
        told += [held.passages(article.article_id) for article in held.articles]
        told += [held.undated_left_out(Filters(since="2015"))]
    with pytest.raises(UsageError) as refused:
        Filters(outlet="Nowhere").checked(library.outlets())
    told.append(str(refused.value))
    told += [answer_record(answerer.answer(question)) for question in (asked, "Which outlets?")]
    told += [answer_record(answerer.check(BRIDGE.partition(". ")[0])), answerer.examples(5)]
    for name in [a.article_id for a in library.seen_by(ONE).articles() if own_id in a.article_id]:
        for door in (library.find_article, library.article_text):
            with pytest.raises(ArticleError):
                door(name)
    return repr(told).replace(asked, "").replace(BRIDGE.partition(". ")[0], "").casefold()


def test_no_word_of_a_servers_article_is_told_to_another_server_or_to_everybody(
    held: Library, one: Library, other: Library
) -> None:
    for reader in (held, other, held.seen_by("203")):
        told = all_that_is_told(reader)
        assert not [word for word in SECRET if word in told]


def test_a_server_is_answered_from_its_own_articles_and_from_everybodys(
    one: Library, other: Library
) -> None:
    own = Answerer(one).answer("Why was the Quenby bridge closed?")
    common = Answerer(one).answer("Who brought the passengers of the ferry ashore?")

    assert own.citations[0].article.title == "Quenby bridge"
    assert common.citations[0].article.source == "ferry.txt"
    assert one.outlets() == ["Bridge Gazette", "Daily Mail", "The Post"]
    assert [a.audience for a in added(one)] == [ONE]
    assert one.audiences == {ONE, OTHER}


def test_the_same_story_is_merged_within_one_audience_alone(held: Library) -> None:
    library = held.seen_by(ONE)
    add_articles(library, an_upload(TEXTS["ferry.txt"], "Ferry sinks", "Bridge Gazette"), most=5)
    add_articles(library, an_upload(TEXTS["ferry.txt"], "Same ferry", "Quenby News"), most=5)

    [everybodys] = [h for h in held.search("ferry passengers", k=3) if "ferry" in h.passage.text]
    seen = [h.passage.article for h in library.search("ferry passengers", k=4)]
    copies = {one.audience: one for one in seen if "erry" in one.title}

    assert everybodys.passage.article.also_in == copies[""].also_in == ()
    own = copies[ONE]
    assert {own.outlet, *own.also_in} == {"Bridge Gazette", "Quenby News"}


def test_articles_that_are_hidden_take_no_place_from_those_that_are_seen(held: Library) -> None:
    many = "".join(
        f'{{"id": "{n}", "text": "Ship number {n} with its passengers sank near Skerry Island."}}\n'
        for n in range(60)
    )
    add_articles(held.seen_by(ONE), Upload(name="many.jsonl", data=many.encode()), most=60)

    [hit, *_] = held.search("The ship to Skerry Island sank with its passengers", k=3)

    assert hit.passage.article.source == "ferry.txt"
    assert {h.passage.article.audience for h in held.search("ship", k=10)} == {""}
    assert {h.passage.article.audience for h in held.seen_by(ONE).search("ship", k=10)} >= {ONE}


def test_the_same_file_in_two_servers_is_an_article_of_each(held: Library) -> None:
    for server in (ONE, OTHER):
        add_articles(held.seen_by(server), an_upload(), most=5)

    removed = remove_added(held.seen_by(ONE))

    assert [a.audience for a in removed] == [ONE]
    assert [a.title for a in added(held.seen_by(OTHER))] == ["Quenby bridge"]
    assert held.seen_by(OTHER).search("Quenby bridge")[0].passage.article.audience == OTHER


def test_the_owners_ingests_change_nothing_of_a_servers_articles(
    held: Library, one: Library, write_articles: WriteArticles, tmp_path: Path
) -> None:
    own = added(one)
    (tmp_path / "articles" / "frost.txt").unlink()

    shown = preview(held, [tmp_path / "articles"])
    report = ingest(held, [tmp_path / "articles"])
    gone = remove_articles(held, str(tmp_path / "articles"))

    assert [a.source for a in shown.removed] == [a.source for a in report.removed] == ["frost.txt"]
    assert {a.source for a in gone.removed} == {"ferry.txt", "tower.txt"}
    assert one.articles() == own
    with pytest.raises(ArticleError):
        remove_articles(held, own[0].article_id)


def test_an_index_that_is_built_anew_keeps_whose_articles_are_whose(
    held: Library, other: Library, tmp_path: Path
) -> None:
    settings = held.settings.model_copy(update={"passage_tokens": 128})
    with Library(settings) as rebuilt:
        rebuilt.embedder = held.embedder
        ingest(rebuilt, [tmp_path / "articles"])

        assert [a.audience for a in rebuilt.articles()] == ["", "", ""]
        assert [a.title for a in added(rebuilt.seen_by(ONE))] == ["Quenby bridge"]
        assert not rebuilt.seen_by(OTHER).search("Quenby", k=1)[0].passage.text.count("Quenby")


def test_the_same_file_again_brings_the_article_up_to_date(one: Library) -> None:
    report = add_articles(one, an_upload(f"{BRIDGE} The repairs take a year."), most=1)
    again = add_articles(one, an_upload(f"{BRIDGE} The repairs take a year."), most=1)

    assert (len(report.added), len(report.updated), len(again.unchanged)) == (0, 1, 1)
    assert report.updated[0].article.corrected
    assert "take a year" in one.article_text(report.updated[0].article.article_id)


LONG = Upload(name="long.txt", data=b"A word and another one. " * 20_000)
TWICE = Upload(name="two.jsonl", data=b'{"id": "a", "text": "One thing happened."}\n' * 2)
BROKEN = [
    (Upload(name="song.mp3", data=b"ID3"), "unknown ending"),
    (Upload(name="paper.pdf", data=b"%PDF-1.7 nothing"), "PDF"),
    (Upload(name="empty.txt", data=b""), "empty|nothing|no text"),
    (LONG, "longer than"),
    ("http://127.0.0.1:1/", "public web"),
    ("file:///etc/passwd", "not an http"),
]


@pytest.mark.parametrize(("material", "reason"), BROKEN)
def test_what_is_no_article_is_named_and_nothing_is_stored(
    held: Library, material: Upload | str, reason: str
) -> None:
    revision = held.revision

    with pytest.raises(ArticleError, match=reason):
        add_articles(held.seen_by(ONE), material, most=5)

    assert held.revision == revision
    assert held.audiences == frozenset()


def test_more_than_the_quota_is_refused_before_anything_is_stored(one: Library) -> None:
    revision = one.revision
    two = Upload(name="two.jsonl", data=b'{"text": "A fire."}\n{"text": "A flood in the hills."}\n')

    with pytest.raises(UsageError, match="more than the 1 article"):
        add_articles(one, an_upload(OPERA, "Varlomir opera", "Stage"), most=1)
    with pytest.raises(UsageError, match="more than the 2 articles"):
        add_articles(one, two, most=2)

    assert one.revision == revision


def test_rows_of_one_id_are_taken_once(held: Library) -> None:
    report = add_articles(held.seen_by(ONE), TWICE, most=5)

    assert (len(report.added), len(report.failed)) == (1, 1)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        page = f"<html><title>Quenby bridge</title><article><p>{BRIDGE}</p></article></html>"
        site.put("/bridge", page)
        site.put("/feed", "<rss><channel></channel></rss>", "application/rss+xml")
        yield site


def test_a_page_is_fetched_and_a_feed_is_not_followed(held: Library, site: Site) -> None:
    web = Web(Fetcher(resolve=as_if_public))

    report = add_articles(held.seen_by(ONE), site.url("/bridge"), most=5, web=web)
    with pytest.raises(ArticleError, match="not a page"):
        add_articles(held.seen_by(ONE), site.url("/feed"), most=5, web=web)

    assert [(one.article.url, one.article.audience) for one in report.added] == [
        (site.url("/bridge"), ONE)
    ]


def test_an_ingest_of_the_owners_that_was_killed_is_not_published_by_a_server(
    held: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "more"
    write_folder(folder, {"train.txt": "A goods train left the rails near Oldham. " * 40})
    with other_process(held.settings.index, folder, "add") as process:
        process.begin()
        assert not process.is_done()

    with pytest.raises(IndexBusy, match="has not ended"):
        add_articles(held.seen_by(ONE), an_upload(), most=5)


class Failing(BuiltinEmbedder):
    """Embeds queries, and no passage while it fails."""

    fails = True

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        if self.fails:
            raise ModelError("the provider does not answer")
        return super().embed_documents(texts)


def test_an_addition_that_fails_while_it_is_embedded_has_stored_nothing(
    held: Library, tmp_path: Path
) -> None:
    revision, embedder = held.revision, Failing()
    with Library(held.settings) as failing:
        failing.embedder = embedder
        with pytest.raises(ModelError):
            add_articles(failing.seen_by(ONE), an_upload(), most=5)
        embedder.fails = False
        after = (failing.revision, failing.audiences, failing.search("Quenby", k=9))
        add_articles(failing.seen_by(OTHER), an_upload(OPERA, "Varlomir opera", "Stage"), most=5)

        assert after[:2] == (revision, frozenset())
        assert not [hit for hit in after[2] if "Quenby" in hit.passage.text]
        assert failing.audiences == {OTHER}
        assert ingest(failing, [tmp_path / "articles"]).notes == ()


def test_versions_of_before_there_were_audiences_hold_still() -> None:
    article = Article(
        article_id="a1", source="a.txt", title="Title", folder="/f", outlet="The Post"
    )

    assert version_of(article, "Words.") == "50d28c4adeb5eb1a5b815417"
    assert version_of(replace(article, audience=ONE), "Words.") != version_of(article, "Words.")
