"""Public sets become articles and questions; samples of our own in their formats."""

import json
import lzma
from pathlib import Path

import pytest

from retrieval.errors import QuestionSetError
from retrieval.evaluation.public_sets import read_public, write_articles

FIRST = "Ada wrote a program in 1843. It was for a machine that was never built."
SECOND = "The machine weighed four tons. Babbage designed it."
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Ada_Lovelace",
            "paragraphs": [
                {
                    "context": FIRST,
                    "qas": [
                        {
                            "id": "q1",
                            "question": "When did Ada write a program? ",
                            "answers": [
                                {"text": "1843", "answer_start": 23},
                                {"text": "in 1843", "answer_start": 20},
                                {"text": "1843", "answer_start": 23},
                            ],
                            "is_impossible": False,
                        },
                        {
                            "id": "q2",
                            "question": "Where was Ada born?",
                            "answers": [],
                            "plausible_answers": [{"text": "1843", "answer_start": 23}],
                            "is_impossible": True,
                        },
                    ],
                },
                {
                    "context": SECOND,
                    "qas": [
                        {
                            "id": "q3",
                            "question": "Who designed it?",
                            "answers": [{"text": "Babbage", "answer_start": 31}],
                        }
                    ],
                },
            ],
        }
    ],
}
CLAPNQ = [
    {
        "id": "11",
        "input": "who designed the machine",
        "passages": [
            {
                "title": "Engine",
                "text": "The engine was large . Babbage designed it .",
                "sentences": ["The engine was large .", "Babbage designed it ."],
            }
        ],
        "output": [
            {
                "answer": "Babbage designed the engine.",
                "selected_sentences": ["Babbage designed it ."],
                "meta": {},
            }
        ],
    },
    {
        "id": "12",
        "input": "where was it built",
        "passages": [
            {
                "title": "Engine",
                "text": "The engine was large . Babbage designed it .",
                "sentences": ["The engine was large .", "Babbage designed it ."],
            }
        ],
        "output": [{"answer": "", "selected_sentences": []}],
    },
]


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(SQUAD))
    return path


@pytest.fixture
def clapnq(tmp_path: Path) -> Path:
    path = tmp_path / "clapnq.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in CLAPNQ))
    return path


def test_squad_makes_one_article_a_title(squad: Path) -> None:
    (article,) = read_public(squad, "squad").articles

    assert (article.id, article.title) == ("Ada_Lovelace", "Ada Lovelace")
    assert article.text == f"{FIRST}\n\n{SECOND}"


def test_squad_questions_have_their_answers_and_the_sentence_they_stand_in(squad: Path) -> None:
    first, second, third = read_public(squad, "squad").questions

    assert (first.question, first.answers) == ("When did Ada write a program?", ("1843", "in 1843"))
    assert (first.evidence[0].source, first.evidence[0].quote) == (
        "Ada_Lovelace",
        "Ada wrote a program in 1843.",
    )
    assert (first.answerable, second.answerable, third.answerable) == (True, False, True)
    assert (second.answers, second.evidence) == ((), ())
    assert third.evidence[0].quote == "Babbage designed it."
    assert first.kind == "Ada_Lovelace"


def test_clapnq_passages_are_articles_once_and_long_answers_are_references(clapnq: Path) -> None:
    public = read_public(clapnq, "clapnq")

    (article,) = public.articles
    has, has_not = public.questions
    assert (has.answerable, has.reference, has.answers) == (
        True,
        "Babbage designed the engine.",
        (),
    )
    assert (has.evidence[0].source, has.evidence[0].quote) == (article.id, "Babbage designed it .")
    assert (has_not.answerable, has_not.reference, has_not.evidence) == (False, None, ())


def test_compressed_files_are_read_as_they_are(squad: Path, tmp_path: Path) -> None:
    packed = tmp_path / "squad.json.xz"
    packed.write_bytes(lzma.compress(squad.read_bytes()))

    assert read_public(packed, "squad").articles == read_public(squad, "squad").articles


def test_articles_are_written_as_ingest_takes_them(squad: Path, tmp_path: Path) -> None:
    write_articles(read_public(squad, "squad").articles, tmp_path / "articles.jsonl")

    (line,) = (tmp_path / "articles.jsonl").read_text("utf-8").splitlines()
    assert set(json.loads(line)) == {"id", "title", "text"}


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("squad", "{", "not SQuAD"),
        ("squad", '{"data": [{"title": "x"}]}', r"data\.0\.paragraphs"),
        ("squad", '{"data": []}', "holds no question"),
        ("clapnq", '\n{"id": "1"}', r"set\.json:2: not CLAPNQ"),
        ("clapnq", "", "holds no question"),
    ],
)
def test_a_file_of_another_form_is_named(tmp_path: Path, form: str, text: str, said: str) -> None:
    path = tmp_path / "set.json"
    path.write_text(text)

    with pytest.raises(QuestionSetError, match=said):
        read_public(path, form)  # type: ignore[arg-type]


def test_a_damaged_or_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "set.json.xz").write_bytes(b"not xz")

    with pytest.raises(QuestionSetError, match=r"set\.json\.xz"):
        read_public(tmp_path / "set.json.xz", "squad")
    with pytest.raises(QuestionSetError, match=r"gone\.json: cannot be read"):
        read_public(tmp_path / "gone.json", "squad")


def test_an_id_that_comes_twice_is_refused(clapnq: Path) -> None:
    clapnq.write_text(json.dumps(CLAPNQ[0]) + "\n" + json.dumps(CLAPNQ[0]))

    with pytest.raises(QuestionSetError, match="same id"):
        read_public(clapnq, "clapnq")
