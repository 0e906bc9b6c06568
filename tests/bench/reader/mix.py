"""What the reader is trained on: examples of many public sets, near misses beside their twins."""

import json
import lzma
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import squad
from adversarial import unanswerable
from bm25 import Bm25
from claims import statement

YES, NO, NOT_SAID = range(3)
_WORD = re.compile(r"[A-Za-z]+")
MOST_SWAPS = 3
LEAST_LETTERS = 5  # of synonyms: shorter words have too many meanings
SQUAD2_FILE = "train2/squad2-train-v2.0-reconstructed.json.xz"
LEFT_OUT_FILE = "train2/guard-overlap.json"
# Shares of the questions of a set that also give an example of another kind.
NEIGHBOUR_SHARE = 0.15  # SQuAD: with another paragraph of the article that BM25 finds for it
SPOILT_SHARE = 0.3  # other sets: a twin by rule, its passage cut, or another passage of the set
STRANGER_SHARE = 0.05  # with any other passage
# SQuAD: with its own paragraph, the answering sentence cut out: what is asked is not said of what
# the paragraph is about, which hardly one of SQuAD's near misses is.
CUT_SHARE = 0.12
CLAIM_SHARE = 0.08  # SQuAD answers as statements: true, with another answer, beside others
SYNONYM_SHARE = 0.3
CARRIED_SHARE = 0.06  # SQuAD: another question behind it in brackets, as a follow-up carries it
ALONE_SHARE = 0.4  # SQuAD: of the questions on paragraphs that have no near miss
NEAR = 3
LEAST_CHARS = 80  # of a passage whose answering sentence was cut out
# SQuAD's near misses were made from answerable questions by a 'not' so often that a reader learns
# to refuse for the word alone: of questions with one .31 were answerable, of all .62.
NEGATED_AGAIN, NEGATED_KEPT = 2, 0.75
_NEGATION = re.compile(r"\b(not|never|no|cannot|without|nobody|none)\b|n't", re.IGNORECASE)
MOST_ROWS = {  # of sets that would drown the others
    "qamr-dev-test": 5000,
    "qasrl-gs": 2500,
    "fairytaleqa": 4000,
    "qadiscourse": 2500,
    "condaqa-dev-test": 5000,
    "causal-news-corpus-v2": 2500,
}
SPAN_SETS = (
    "tydiqa-en-goldp",
    "nq-open-oracle",
    "qed-dev",
    "mlqa-en-dev",
    "qamr-dev-test",
    "qasrl-gs",
    "fairytaleqa",
    "qadiscourse",
    "causal-news-corpus-v2",
    "selqa-dev-test",
)
PEOPLE_SETS = SPAN_SETS[:4]  # people's own questions, read twice: few words are the passage's
YES_NO_SETS = ("boolq-5k", "condaqa-dev-test")
QUOTES_SET = "onestop-quotes-derived"
WHY_SETS = ("fairytaleqa", "qadiscourse", "causal-news-corpus-v2", "selqa-dev-test")
GROUPS: dict[str, Callable[[str], bool]] = {  # of kinds of examples, by what they teach
    "near misses": lambda kind: kind in ("near miss", "neighbour", "cut"),
    "people's questions": lambda kind: kind.split(",")[0] in PEOPLE_SETS,
    "why and how": lambda kind: kind.split(",")[0] in WHY_SETS,
    "yes-no": lambda kind: kind in (*YES_NO_SETS, "claim"),
    "news and swaps": lambda kind: kind == QUOTES_SET or kind.endswith("spoilt")
    or kind.split(",")[0] in ("qamr-dev-test", "qasrl-gs"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question or claim with a passage, and what is known of the two.

    `answer` are the answer's characters in the passage; `answerable` is None where the set does
    not say; `verdict` is one of YES, NO, NOT_SAID or None. Examples of one `group` go into one
    batch.
    """

    question: str
    passage: str
    answer: tuple[int, int] | None
    answerable: bool | None
    verdict: int | None = None
    kind: str
    group: str
    title: str = ""


def read_mix(
    data: Path, left_out: Path | None, random: Random, without: frozenset[str] = frozenset()
) -> list[list[Example]]:
    """All examples of one epoch in groups, in random order.

    Args:
        data: the folder with the sets.
        left_out: JSON with the rows of each OneStop file that are kept for measuring.
        random: draws the examples that are made by rule.
        without: names of GROUPS whose examples are left out, to see what each is worth.
    """
    synonyms = Synonyms(data / "train2" / "ppdb-synonyms-wordnet-antonyms.json.xz")
    groups: dict[str, list[Example]] = {}
    sources = [*_squad2(data, random), *_span_sets(data, random), *_yes_no(data, random)]
    if left_out is not None:
        sources += _quotes(data, left_out, random)
    sources = [e for e in sources if not any(GROUPS[name](e.kind) for name in without)]
    for example in _negations_balanced(sources, random):
        if example.verdict is None and random.random() < SYNONYM_SHARE:
            example = replace(example, question=synonyms.swapped(example.question, random))
        groups.setdefault(example.group, []).append(example)
    return random.sample(list(groups.values()), k=len(groups))


def _negations_balanced(examples: Iterable[Example], random: Random) -> Iterator[Example]:
    for example in examples:
        if example.answerable is None or not _NEGATION.search(example.question):
            yield example
        elif example.answerable:
            yield example
            for n in range(NEGATED_AGAIN):
                yield replace(example, group=f"{example.group}/negated {n}")
        elif random.random() < NEGATED_KEPT:
            yield example


def _squad2(data: Path, random: Random) -> Iterator[Example]:
    guard = json.loads((data / LEFT_OUT_FILE).read_text(encoding="utf-8"))
    paragraphs, questions = set(guard["paragraphs"]), set(guard["question_ids"])
    measured = set.union(*map(set, squad.split_titles(data).values())) - {""}
    with lzma.open(data / SQUAD2_FILE, "rt", encoding="utf-8") as stream:
        articles = json.load(stream)["data"]
    for article in articles:
        if article["title"] in measured:
            raise SystemExit(f"{article['title']} is for measuring")
        kept = [
            (f"{article['title']}#{n}", p["context"], p["qas"])
            for n, p in enumerate(article["paragraphs"])
            if f"{article['title']}#{n}" not in paragraphs
        ]
        yield from _squad_article(article["title"].replace("_", " "), kept, questions, random)
    for article in squad.read_dev2(data, "train"):
        for n, paragraph in enumerate(article.paragraphs):
            for question in paragraph.questions:
                place = squad.best_place(question, paragraph.text)
                yield Example(
                    question=question.text, passage=paragraph.text, answer=place,
                    answerable=place is not None, kind="squad2-dev",
                    group=f"{article.title}#{n}#{random.randint(0, 2)}", title=article.title,
                )  # fmt: skip


def _squad_article(
    title: str, paragraphs: list[tuple[str, str, list[dict]]], skipped: set[str], random: Random
) -> Iterator[Example]:
    index = Bm25([text for _, text, _ in paragraphs])
    whole = "\n".join(text for _, text, _ in paragraphs)
    answers = [q["answers"][0]["text"] for _, _, qas in paragraphs for q in qas if q["answers"]]
    for name, text, qas in paragraphs:
        asked = {q["id"]: q for q in qas if q["id"] not in skipped}
        answered = [q for q in asked.values() if q["answers"]]
        wrong = [q for q in asked.values() if not q["answers"]]
        free = [q["id"] for q in random.sample(answered, k=len(answered))]
        for q in wrong:
            twin = q.get("twin")
            twin = twin if twin in free else (free[0] if free else None)
            group = f"{name}/{q['id']}"
            yield Example(question=q["question"].strip(), passage=text, answer=None,
                          answerable=False, kind="near miss", group=group, title=title)  # fmt: skip
            if twin:
                free.remove(twin)
                yield _squad_answered(asked[twin], text, group, title)
        alone = free[:1] if wrong else free[: math.ceil(ALONE_SHARE * len(free))]
        for q_id in alone:
            yield _squad_answered(asked[q_id], text, f"{name}/{q_id}", title)
        for q in answered:
            yield from _squad_made(q, text, (index, whole, answers), title, random)
        for q in asked.values():
            others = [one for one in answered if one is not q]
            if others and random.random() < CARRIED_SHARE:
                before = random.choice(others)["question"]
                carried = {**q, "question": f"{q['question'].strip()} ({before.strip()})"}
                example = _squad_answered(carried, text, f"{name}/{q['id']}/carried", title)
                yield example if q["answers"] else replace(example, answerable=False)


def _squad_answered(question: dict, text: str, group: str, title: str) -> Example:
    return Example(question=question["question"].strip(), passage=text,
                   answer=squad.best_place(_asked(question), text), answerable=True,
                   kind="answerable", group=group, title=title)  # fmt: skip


def _asked(question: dict) -> squad.Question:
    gold = tuple((a["text"], a["answer_start"]) for a in question["answers"])
    return squad.Question(id=question["id"], text=question["question"], answers=gold)


def _squad_made(
    question: dict, text: str, article: tuple[Bm25, str, list[str]], title: str, random: Random
) -> Iterator[Example]:
    index, _, answers = article
    gold, group = question["answers"][0]["text"], f"{question['id']}/made"
    if random.random() < NEIGHBOUR_SHARE:
        near = [t for t in index.best([question["question"]], NEAR + 1)[0]
                if gold.lower() not in t.lower()]  # fmt: skip
        if near:
            yield Example(question=question["question"].strip(), passage=random.choice(near[:NEAR]),
                          answer=None, answerable=False, kind="neighbour", group=group,
                          title=title)  # fmt: skip
    if random.random() < CUT_SHARE:
        place = squad.best_place(_asked(question), text)
        rest = text.replace(squad.sentence_at(text, place[0] if place else 0), "")
        if gold.lower() not in rest.lower() and len(rest) > LEAST_CHARS:
            yield Example(question=question["question"].strip(), passage=rest, answer=None,
                          answerable=False, kind="cut", group=f"{question['id']}/cut",
                          title=title)  # fmt: skip
    if random.random() < CLAIM_SHARE:
        yield from _claims(question, text, answers, title, random)


def _claims(
    question: dict, text: str, answers: list[str], title: str, random: Random
) -> Iterator[Example]:
    gold, start = question["answers"][0]["text"].strip(" ."), question["answers"][0]["answer_start"]
    made = statement(question["question"], gold) if gold else None
    if made is None or len(gold.split()) > 6:
        return
    sentence = squad.sentence_at(text, start)
    others = [a for a in random.sample(answers, k=min(20, len(answers)))
              if _alike(a, gold) and a.lower() not in text.lower()]  # fmt: skip
    kind, claim, passage, verdict = "claim", made, text, YES
    draw = random.random()
    if draw < 0.4 and others:
        wrong = statement(question["question"], others[0])
        if wrong is not None:
            claim, verdict = wrong, NO
    elif draw < 0.65:
        passage, verdict = text.replace(sentence, ""), NOT_SAID
        if gold.lower() in passage.lower() or not passage.strip():
            return
    yield Example(question=claim, passage=passage, answer=None, answerable=None, verdict=verdict,
                  kind=kind, group=f"{question['id']}/claim", title=title)  # fmt: skip


def _alike(one: str, other: str) -> bool:
    """Both are numbers, both begin with a capital, or neither."""
    return one != other and (any(c.isdigit() for c in one), one[:1].isupper()) == (
        any(c.isdigit() for c in other), other[:1].isupper())  # fmt: skip


def _rows(data: Path, name: str, random: Random) -> list[dict]:
    with lzma.open(data / "train2" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    most = MOST_ROWS.get(name)
    return random.sample(rows, k=most) if most and len(rows) > most else rows


def _span_sets(data: Path, random: Random) -> Iterator[Example]:
    for name in SPAN_SETS:
        rows = [r for r in _rows(data, name, random) if r["answers"] and r.get("context")]
        passages = [r["context"] for r in rows]
        index = Bm25(sorted(set(passages)))
        for row in rows:
            first = min(row["answers"], key=lambda a: (len(a["text"]), a["start"]))
            place = first["start"], first["start"] + len(first["text"])
            whole = Example(question=row["question"].strip(), passage=row["context"], answer=place,
                            answerable=True, kind=name, group=row["id"],
                            title=row.get("title") or "")  # fmt: skip
            yield whole
            if name in PEOPLE_SETS:
                yield replace(whole, group=f"{whole.group}/again")
            if random.random() < SPOILT_SHARE:
                yield from _spoilt(whole, index, random)
            if random.random() < STRANGER_SHARE:
                yield replace(whole, passage=random.choice(passages), answer=None,
                              answerable=False, kind="stranger")  # fmt: skip


def _spoilt(whole: Example, index: Bm25, random: Random) -> Iterator[Example]:
    assert whole.answer is not None
    gold = whole.passage[slice(*whole.answer)].lower()
    sentence = squad.sentence_at(whole.passage, whole.answer[0])
    draw = random.random()
    spoilt = None
    if draw < 0.5:
        twin = unanswerable(whole.question, whole.passage, sentence, whole.passage, random)
        spoilt = replace(whole, question=twin) if twin else None
    elif draw < 0.7:
        cut = whole.passage.replace(sentence, "")
        if gold not in cut.lower() and len(cut) > LEAST_CHARS:
            spoilt = replace(whole, passage=cut)
    else:
        near = [t for t in index.best([whole.question], NEAR + 1)[0] if gold not in t.lower()]
        if near:
            spoilt = replace(whole, passage=random.choice(near[:NEAR]))
    if spoilt is not None:
        yield replace(spoilt, answer=None, answerable=False, kind=f"{whole.kind}, spoilt")


def _yes_no(data: Path, random: Random) -> Iterator[Example]:
    for name in YES_NO_SETS:
        rows = _rows(data, name, random)
        for row in rows:
            said = {"yes": YES, "no": NO, None: NOT_SAID}[row.get("yesno")]
            if row["kind"] == "span":
                continue
            yield Example(question=row["question"].strip(), passage=row["context"], answer=None,
                          answerable=row["answerable"], verdict=said, kind=name,
                          group=row.get("pair") or row["id"])  # fmt: skip
            if random.random() < 0.15:
                yield Example(question=row["question"].strip(), answer=None, answerable=False,
                              passage=random.choice(rows)["context"], verdict=NOT_SAID,
                              kind="stranger", group=row["id"])  # fmt: skip


def _quotes(data: Path, left_out: Path, random: Random) -> Iterator[Example]:
    files = json.loads(left_out.read_text(encoding="utf-8"))["leave_out"]
    skipped = set(files[QUOTES_SET]["indexes"])
    for place, row in enumerate(_rows(data, QUOTES_SET, random)):
        if place in skipped:
            continue
        answer = None
        if row["answers"]:
            first = row["answers"][0]
            answer = first["start"], first["start"] + len(first["text"])
        yield Example(question=row["question"].strip(), passage=row["context"], answer=answer,
                      answerable=row["answerable"], kind=QUOTES_SET,
                      group=row["id"].rsplit("-", 2)[0])  # fmt: skip


class Synonyms:
    """Pairs of the counter-fitting lists (PPDB), without those that only change an ending."""

    def __init__(self, path: Path) -> None:
        with lzma.open(path, "rt", encoding="utf-8") as stream:
            pairs = json.load(stream)["synonyms"]
        self._known: dict[str, list[str]] = {}
        for one, other in pairs:
            if one[:4] != other[:4] and min(len(one), len(other)) >= LEAST_LETTERS:
                self._known.setdefault(one, []).append(other)

    def swapped(self, question: str, random: Random) -> str:
        """The question with up to three lower-case words in other words."""
        found = [m for m in _WORD.finditer(question) if m[0] in self._known]
        for match in sorted(random.sample(found, k=min(MOST_SWAPS, len(found))),
                            key=lambda m: -m.start()):  # fmt: skip
            other = random.choice(self._known[match[0]])
            question = question[: match.start()] + other + question[match.end() :]
        return question
