"""Articles and questions in other languages than the one that the built-in reader reads."""

from pathlib import Path

import pytest

from bot.commands.doctor_command import run_doctor
from retrieval.answer.chain import Answerer
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.text.words import language_of, other_language_of
from tests.conftest import TEXTS, WriteArticles
from tests.fakes.chat import said, writer

GERMAN = (
    "Die Fähre zur Insel sank am Montag im Hafen. Alle vierzig Fahrgäste wurden von Fischern an"
    " Land gebracht, sagte der Bürgermeister, der die Häuser am Hafen räumen ließ."
)
JAPANESE = (
    "月曜日に島へ向かうフェリーが港で沈んだ。四十人の乗客は全員、漁船で岸に運ばれたと市長は述べた。"
)
RUSSIAN = "Паром на остров затонул в гавани в понедельник. Всех сорок пассажиров спасли рыбаки."
HEADING = "the built-in reader reads English; these passages match your words"


@pytest.fixture
def papers(library: Library, write_articles: WriteArticles) -> Library:
    texts = {"fahre_txt": GERMAN, "ferry_txt": TEXTS["frost.txt"], "jp_txt": JAPANESE}
    ingest(library, [write_articles("papers", ru_txt=RUSSIAN, **texts)])
    return library


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (TEXTS["ferry.txt"], "en"),
        (GERMAN, "de"),
        (JAPANESE, "ja"),
        (RUSSIAN, "ru"),
        ("Who brought the passengers ashore?", "en"),
        ("wat did teh goverment pay the growers", "en"),
        ("Wer brachte die Passagiere an Land?", "de"),
        ("¿Cuánto duró la reunión de Kerry y Lavrov en París?", "es"),
        ("Кто победил на выборах?", "ru"),
        ("sanctions", None),
        ("Kerry Lavrov", None),
        ("", None),
        ("😂😂", None),
    ],
)
def test_the_language_of_a_text_is_told_or_left_open(text: str, language: str | None) -> None:
    assert language_of(text) == language


QUESTIONS_IN_OTHER_LANGUAGES = """
¿Quién ganó las elecciones? | Quien es Lavrov | por que a Lavrov visita | Resume el artículo
Qui a gagné les élections ? | Ou est Lavrov | quand a eu lieu la reunion | combien sont morts
Wer hat die Wahl gewonnen? | Was sagte Lavrov zu Brecken | wann war das treffen | Worum geht es?
Chi ha vinto le elezioni? | Dove si trova Lavrov | cosa vuole Lavrov | quanti soldati sono morti
Quem ganhou as eleições? | O que disse Lavrov sobre Oslo | o que quer Lavrov | quando foi a reuniao
Kto wygrał wybory? | Gdzie jest Łukasz | Co powiedział Lavrov o Brecken | kto to jest Lavrov
Seçimi kim kazandı? | toplanti ne zamandi | Lavrov Brecken hakkında ne dedi | neden bombaliyor
Кто победил на выборах? | Где Лоусон | когда была встреча | О чём статья?
من فاز في الانتخابات؟ | أين لافروف | متى كان الاجتماع | عن ماذا يتحدث المقال؟
選挙で誰が勝ちましたか | ラブロフはどこ | 会談はいつでしたか | 要約して
Chi è Putin? | Hvem er Lavrov? | Vad sade Putin om Aleppo?
Pourquoi Lavrov a-t-il rencontré Putin à Oslo ?
"""
SHORT_ENGLISH = """
Who won? | why | When was that? | Lavrov? | and in 2015? | tl;dr | sanctions on Russia | who r u
Der Spiegel | Le Monde article | Die Zeit says? | Lavrov on Brecken | Charlie Hebdo attack | thx
vladimir putin | recep tayyip erdogan | abu bakr al baghdadi | deir ez zor
wat hapn alepo | kery sed wat abot asad | y did rusia bom syria | steinmeier lavrov minsk
jaysh al islam | Juan Carlos visits Lima
khan sheikhoun sarin attack | liwa al tawhid aleppo | fait accompli russia
hassan rouhani tehran talks
gimme the gist | define veto | 😂😂 | San Salvador earthquake | La Paz protests | Hezbollah in Syria
"""


def _listed(questions: str) -> list[str]:
    return [one.strip() for line in questions.strip().splitlines() for one in line.split("|")]


@pytest.fixture
def english(library: Library, write_articles: WriteArticles) -> Library:
    text = "Lavrov opened the bridge at Brecken. Aleppo, Syria and Putin were not in it."
    ingest(library, [write_articles("english", bridge_txt=text, ferry_txt=TEXTS["ferry.txt"])])
    return library


def test_short_questions_in_other_languages_are_sent_to_ask_in_english(english: Library) -> None:
    answerer = Answerer(english)

    refusals = {q: answerer.answer(q).refusal for q in _listed(QUESTIONS_IN_OTHER_LANGUAGES)}

    assert [q for q, why in refusals.items() if not why or "ask in English" not in why.reason] == []


def test_short_english_questions_are_never_taken_for_another_language(english: Library) -> None:
    asked = _listed(SHORT_ENGLISH)

    with english.snapshot() as held:
        assert [q for q in asked if language_of(q) not in (None, "en")] == []
        assert [q for q in asked if other_language_of(q, held.shares_words)] == []


def test_ingest_and_doctor_say_where_the_embedder_is_weak(
    library: Library, write_articles: WriteArticles
) -> None:
    report = ingest(library, [write_articles("papers", fahre_txt=GERMAN, jp_txt=JAPANESE)])
    [finding] = [one for one in run_doctor(library.settings) if one.name == "index"]

    [note] = report.notes
    assert "1 in de, 1 in ja" in note
    assert "DATELINE_EMBEDDINGS" in note
    assert finding.ok
    assert finding.remedy == note
    english = ingest(library, [write_articles("more", ferry_txt=TEXTS["ferry.txt"])])
    assert english.notes == ()


def test_each_article_says_its_language(papers: Library) -> None:
    told = {article.source: article.language for article in papers.articles()}

    assert told == {"fahre.txt": "de", "ferry.txt": "en", "jp.txt": "ja", "ru.txt": "ru"}


@pytest.mark.parametrize(
    ("words", "source"),
    [("Haus", "fahre.txt"), ("フェリー", "jp.txt"), ("пассажиры", "ru.txt")],
)
def test_words_are_found_in_the_forms_of_their_language(
    papers: Library, words: str, source: str
) -> None:
    with papers.snapshot() as held:
        assert held.shares_words(words)
        assert held.search(words, k=1)[0].passage.article.source == source


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("Wer brachte die Fahrgäste der Fähre an Land?", "fahre.txt"),
        ("フェリーはどこで沈んだか", "jp.txt"),
        ("Кто спас пассажиров парома?", "ru.txt"),
    ],
)
def test_a_question_in_another_language_gets_passages_and_no_answer(
    papers: Library, question: str, source: str
) -> None:
    answer = Answerer(papers).answer(question)

    assert answer.refusal is not None
    assert (answer.refusal.reason, answer.refusal.names_nearest) == (HEADING, True)
    assert answer.refusal.nearest[0].article.source == source
    assert (answer.statements, answer.confidence) == ((), None)


def test_a_question_whose_words_no_passage_has_is_told_so(papers: Library) -> None:
    refusal = Answerer(papers).answer("¿Cuántos soldados perdió Rusia en Siria?").refusal

    assert refusal is not None
    assert refusal.reason == "the built-in reader reads English; no passage has your words"
    assert refusal.nearest == ()


@pytest.mark.parametrize(
    "statement",
    [
        GERMAN.partition(". ")[2],
        "Alle vierzig Fahrgäste wurden von Fischern an Land gebracht.",
        "Fischer brachten alle vierzig Fahrgäste an Land.",
    ],
)
def test_a_chat_model_answers_in_the_language_of_the_question(
    library: Library, write_articles: WriteArticles, tmp_path: Path, statement: str
) -> None:
    ingest(library, [write_articles("papers", fahre_txt=GERMAN)])
    chat = writer(tmp_path, said((statement, [2])))

    answer = Answerer(library, writer=chat).answer("Wer brachte die Fahrgäste der Fähre an Land?")

    assert answer.refusal is None
    assert answer.citations
    assert all(citation.quote in GERMAN for citation in answer.citations)


def test_a_claim_in_another_language_gets_passages_and_no_verdict_of_the_reader(
    papers: Library,
) -> None:
    answer = Answerer(papers).check("Alle vierzig Fahrgäste der Fähre sind ertrunken.")

    assert answer.refusal is not None
    assert (answer.refusal.reason, answer.refusal.names_nearest) == (HEADING, True)
    assert answer.text.startswith(f"{HEADING[:1].upper()}{HEADING[1:]}.")
    assert (answer.verdict, answer.confidence) == ("not found", None)
