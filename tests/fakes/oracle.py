"""A chat model that is perfect, or carelessly wrong, to see what the way to it and back loses.

It stands on the loopback address and speaks OpenAI's protocol. It knows the question set's gold:
if gold sentences are in its prompt, it answers with them, word for word; if not, it declines. The
careless one answers what has no gold from the sentence nearest to the question, and wrongly.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from retrieval.evaluation.questions import GoldQuestion
from retrieval.text.names import names
from retrieval.text.quantities import quantities
from retrieval.text.sentences import sentence_spans
from retrieval.text.words import words
from tests.bench.squad_claims import statement
from tests.fakes.chat import said
from tests.fakes.providers import Body, OpenAI, Provider, Said, running

DECLINED = '{"answered": false, "statements": []}'
MOST_STATEMENTS = 8
PIECE_CHARS = 24
CHARS_PER_TOKEN = 4
LEAST_SHARED_CHARS = 15
_SENTENCE = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
Numbered = dict[int, str]


class Oracle(Provider):
    """A model that is told which question comes next, and what it saw and said of it.

    Attributes:
        calls: How often the present question reached it.
        saw_gold: Whether gold of the present question stood in a prompt.
        replied: Its last reply to the present question.
    """

    def __init__(self, *, careless: bool = False) -> None:
        super().__init__(OpenAI(), ())
        self._careless = careless
        self._question: GoldQuestion | None = None
        self.calls = 0
        self.tokens = 0
        self.saw_gold = False
        self.replied = ""

    def following(self, questions: Iterable[GoldQuestion]) -> Iterator[GoldQuestion]:
        """Give the questions one by one, knowing each when it is asked."""
        for question in questions:
            self._question = question
            self.calls, self.tokens, self.saw_gold, self.replied = 0, 0, False, ""
            yield question

    def step(self, body: Body) -> Said:
        """Reply to a prompt of the present question."""
        self.calls += 1
        text = "\n".join(str(message["content"]) for message in body["messages"])
        self.replied = self._reply(text)
        asked, written = (len(t) // CHARS_PER_TOKEN for t in (text, self.replied))
        self.tokens += asked + written
        self.wire = OpenAI(asked_tokens=asked, reply_tokens=written)
        reply = self.replied
        return Said([reply[at : at + PIECE_CHARS] for at in range(0, len(reply), PIECE_CHARS)])

    def _reply(self, prompt: str) -> str:
        question = self._question
        numbered = {int(n): text for n, text in _SENTENCE.findall(prompt)}
        if question is None or not numbered:
            return DECLINED
        gold = gold_in(question, numbered)
        self.saw_gold = self.saw_gold or bool(gold)
        if gold:
            return said(*[(numbered[n], [n]) for n in gold[:MOST_STATEMENTS]])
        return careless(question.question, numbered) if self._careless else DECLINED


@contextmanager
def oracle(*, careless: bool = False) -> Iterator[Oracle]:
    """Run an oracle; its `url` is for `DATELINE_MODEL_URL`, its model `openai:any`."""
    it = Oracle(careless=careless)
    with running(it):
        yield it


def gold_in(question: GoldQuestion, numbered: Numbered) -> list[int]:
    """The numbers of the sentences that hold the question's gold, of each quote that is there."""
    found = [n for evidence in question.evidence for n in _holding(evidence.quote, numbered)]
    return list(dict.fromkeys(found))


def careless(question: str, numbered: Numbered) -> str:
    """A wrong answer: the question asserted, with a word of the sentence nearest to it."""
    nearest = max(numbered, key=lambda n: _likeness(question, numbered[n]))
    sentence = numbered[nearest]
    asserted = next(filter(None, (statement(question, a) for a in _answers(sentence))), None)
    return said((asserted or sentence, [nearest]))


def _answers(sentence: str) -> Iterator[str]:
    """Words of the sentence that might answer something: its names, its numbers, its end."""
    yield from (name.text for name in names(sentence) if not name.initial)
    yield from (sentence[slice(*number.span)] for number in quantities(sentence))
    yield " ".join(sentence.rstrip('.!?”"').split()[-3:])


def _likeness(question: str, sentence: str) -> float:
    asked = {word.stem for word in words(question) if word.carries_meaning}
    held = {word.stem for word in words(sentence)}
    return len(asked & held) / (len(asked) or 1)


def _holding(quote: str, numbered: Numbered) -> list[int]:
    """The sentences that a quote stands in: as one run, else each of its own by itself."""
    places, run = [], ""
    for number, text in numbered.items():
        start = len(run)
        run += _letters(text)
        places.append((start, len(run), number))
    start = run.find(_letters(quote))
    if start >= 0:
        end = start + len(_letters(quote))
        return [number for low, high, number in places if low < end and start < high]
    parts = [_letters(quote[a:b]) for a, b in sentence_spans(quote)]
    each = [_one_holding(part, numbered) for part in parts]
    return [number for number in each if number] if all(each) else []


def _one_holding(part: str, numbered: Numbered) -> int:
    for number, text in numbered.items():
        own = _letters(text)
        if part in own or (own in part and len(own) >= LEAST_SHARED_CHARS):
            return number
    return 0


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
