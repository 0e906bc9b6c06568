"""Fits the reader's verdict of yes, no or not said, on top of what it has learnt already.

    python tests/bench/reader/fit_verdict.py DATA [--write] [--examples 24000]

The reader stays as it is: a linear layer on its first token's last state is fitted (multinomial
logistic regression), and added to both graphs, so that a passage's verdict comes with its reading.

Examples, each a question or a statement with a passage: people's yes-no questions (BoolQ, CondaQA)
beside their passage and beside another one's; and SQuAD 2.0's questions with an answer put in, as a
yes-no question or as a statement: the true answer, another one of its kind (of the article, or of
the same passage), denied, beside a passage without the answering sentence, and near misses with
their plausible answer, of which no more is known than that 'yes' is wrong. A twelfth, by article,
is left out and shown.
"""

import argparse
import hashlib
import json
import lzma
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import onnx
import squad
import torch
from claims import statement, yes_no_question
from mix import LEFT_OUT_FILE, NO, NOT_SAID, SQUAD2_FILE, YES, YES_NO_SETS
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer
from torch import Tensor

MODELS = Path(__file__).parents[3] / "retrieval" / "models" / "files"
GRAPHS = ("reader_int8.onnx", "reader_fp32.onnx")
STATE, OUTPUT, WIDTH = "/reader/Gather_output_0", "verdict", 384
CLS, SEP, QUESTION_TOKENS, WINDOW_TOKENS = 101, 102, 40, 256
NOT_YES = 3  # 'yes' is wrong; whether it is denied or not said is not known
HELD_OUT = 12  # of so many articles or questions one is left out
STRANGER_SHARE = 0.12
SQUAD_SHARE, NEAR_MISS_SHARE = 0.09, 0.12
SENTENCE_SHARE, QUESTION_SHARE = 0.6, 0.6
MOST_ANSWER_WORDS, LEAST_CHARS = 6, 80
# Of what is made of an answered question, cumulated: true, another answer of the article, another
# of the passage, denied; the rest stands beside a passage that does not say it.
TRUE, OTHER, NEAR, DENIED = 0.36, 0.52, 0.68, 0.84
DECAY = 3e-4
_NEGATABLE = re.compile(
    r"\b(?:was|were|is|are|has|had|can|will|would|could|did|does|do)\b(?! not)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Example:
    """A yes-no question or a statement, a passage, and what the passage says to it."""

    asked: str
    passage: str
    verdict: int
    kind: str
    source: str


def people_examples(data: Path, draw: Random) -> Iterator[Example]:
    """People's own yes-no questions, some of them beside a passage of another question."""
    for name in YES_NO_SETS:
        with lzma.open(data / "train2" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["kind"] != "span"]
        for row in rows:
            asked, source = row["question"].strip(), str(row.get("pair") or row["id"])
            said = {"yes": YES, "no": NO, None: NOT_SAID}[row.get("yesno")]
            yield Example(asked, row["context"], said, name, source)
            if draw.random() < STRANGER_SHARE:
                other = draw.choice(rows)["context"]
                yield Example(asked, other, NOT_SAID, "stranger", source)


def squad_examples(data: Path, draw: Random) -> Iterator[Example]:
    """SQuAD 2.0's questions with an answer put in, true or not."""
    guard = json.loads((data / LEFT_OUT_FILE).read_text(encoding="utf-8"))
    with lzma.open(data / SQUAD2_FILE, "rt", encoding="utf-8") as stream:
        articles = json.load(stream)["data"]
    for article in articles:
        asked = [q for p in article["paragraphs"] for q in p["qas"]]
        answers = [q["answers"][0]["text"].strip(" .") for q in asked if q["answers"]]
        for n, paragraph in enumerate(article["paragraphs"]):
            if f"{article['title']}#{n}" in guard["paragraphs"]:
                continue
            for question in paragraph["qas"]:
                if question["id"] not in guard["question_ids"]:
                    yield from _made(question, paragraph["context"], answers, article, draw)


def _made(
    question: dict, text: str, answers: list[str], article: dict, draw: Random
) -> Iterator[Example]:
    gold = question["answers"] or question.get("plausible_answers") or []
    share = SQUAD_SHARE if question["answers"] else NEAR_MISS_SHARE
    answer = gold[0]["text"].strip(" .") if gold and draw.random() < share else ""
    if not answer or len(answer.split()) > MOST_ANSWER_WORDS:
        return
    put_in = yes_no_question if draw.random() < QUESTION_SHARE else statement
    asked = put_in(question["question"], answer)
    if asked is None:
        return
    if not question["answers"]:
        yield Example(asked, text, NOT_YES, "near miss", article["title"])
        return
    sentence = squad.sentence_at(text, gold[0]["answer_start"])

    def put(other: str) -> str | None:
        return put_in(question["question"], other)

    yield from _changed(asked, answer, sentence, text, answers, put, article["title"], draw)


def _changed(
    asked: str, answer: str, sentence: str, text: str, answers: list[str],
    put: Callable[[str], str | None], source: str, draw: Random,
) -> Iterator[Example]:  # fmt: skip
    passage = sentence if draw.random() < SENTENCE_SHARE else text
    rest = text.replace(sentence, "")
    alike = [a for a in answers if _alike(a, answer)]
    far = [a for a in alike if a.lower() not in text.lower()]
    near = [a for a in alike if a.lower() in passage.lower()]
    kind = draw.random()
    if kind < TRUE:
        yield Example(asked, passage, YES, "true", source)
    elif kind < NEAR:
        wrong = far if kind < OTHER else near
        other = put(draw.choice(wrong)) if wrong else None
        if other:
            yield Example(other, passage, NO, "other" if kind < OTHER else "near", source)
    elif kind < DENIED:
        place = _NEGATABLE.search(asked)
        if place:
            denied = f"{asked[: place.end()]} not{asked[place.end() :]}"
            yield Example(denied, passage, NO, "denied", source)
    elif answer.lower() not in rest.lower() and len(rest) > LEAST_CHARS:
        yield Example(asked, rest, NOT_SAID, "absent", source)


def _alike(one: str, other: str) -> bool:
    """Both are numbers, both begin with a capital, or neither; and they share no word."""
    kinds = ((any(c.isdigit() for c in text), text[:1].isupper()) for text in (one, other))
    return len(set(kinds)) == 1 and not {*one.lower().split()} & {*other.lower().split()}


class States:
    """Gives the reader's last state of the first token, by the graph that int8 kernels run."""

    def __init__(self, folder: Path) -> None:
        graph = onnx.load(folder / GRAPHS[0], load_external_data=False)
        graph.graph.output.append(
            helper.make_tensor_value_info(STATE, TensorProto.FLOAT, ["batch", WIDTH])
        )
        beside = folder / "with_state.onnx"  # the weights are found beside the graph
        onnx.save(graph, beside)
        options = SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._session = InferenceSession(str(beside), options)
        beside.unlink()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def of(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """[pairs, 384]"""
        with ThreadPoolExecutor() as pool:
            return np.array(list(pool.map(self._state, pairs)))

    def _state(self, pair: tuple[str, str]) -> np.ndarray:
        asked, text = (self._tokenizer.encode(t, add_special_tokens=False).ids for t in pair)
        before = [CLS, *asked[:QUESTION_TOKENS], SEP]
        ids = np.array([[*before, *text[: WINDOW_TOKENS - 1 - len(before)], SEP]])
        types = np.zeros_like(ids)
        types[0, len(before) :] = 1
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}
        state: np.ndarray = self._session.run([STATE], feed)[0][0]
        return state


def fit(states: Tensor, verdicts: Tensor) -> torch.nn.Linear:
    """The layer whose cross-entropy is least, with weight decay."""
    layer = torch.nn.Linear(WIDTH, 3)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = losses(layer(states), verdicts).mean() + DECAY * layer.weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return layer


def losses(logits: Tensor, verdicts: Tensor) -> Tensor:
    """The cross-entropy of each example; NOT_YES leaves open which of the other two it is."""
    log_shares = torch.log_softmax(logits, -1)
    other = torch.logsumexp(log_shares[:, [NO, NOT_SAID]], -1)
    known = log_shares.gather(1, verdicts.clamp(max=2)[:, None])[:, 0]
    return -torch.where(verdicts == NOT_YES, other, known)


def is_held_out(example: Example) -> bool:
    """Whether its article or question is one of the twelfth that is left out."""
    return int(hashlib.sha256(example.source.encode()).hexdigest(), 16) % HELD_OUT == 0


def write(layer: torch.nn.Linear, folder: Path) -> None:
    """Adds the layer to both graphs, in the place of one that is there."""
    known = json.loads((folder / "models.json").read_text("utf-8"))
    for name in GRAPHS:
        model = onnx.load(folder / name, load_external_data=False)
        graph = model.graph
        for old in [n for n in graph.node if OUTPUT in n.output]:
            graph.node.remove(old)
        for old in [o for o in (*graph.output, *graph.initializer) if o.name.startswith(OUTPUT)]:
            (graph.output if old in graph.output else graph.initializer).remove(old)
        weight, bias = (p.detach().numpy() for p in (layer.weight, layer.bias))
        graph.initializer.append(numpy_helper.from_array(weight.copy(), f"{OUTPUT}.weight"))
        graph.initializer.append(numpy_helper.from_array(bias.copy(), f"{OUTPUT}.bias"))
        inputs = [STATE, f"{OUTPUT}.weight", f"{OUTPUT}.bias"]
        graph.node.append(helper.make_node("Gemm", inputs, [OUTPUT], name=OUTPUT, transB=1))
        graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", 3]))
        onnx.save(model, folder / name)
        data = (folder / name).read_bytes()
        known[name] = {**known[name], "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "models.json").write_text(json.dumps(known, indent=2) + "\n", "utf-8")


def report(layer: torch.nn.Linear, states: Tensor, examples: Sequence[Example]) -> None:
    """Prints how much of each kind is told rightly of what was left out."""
    said = layer(states).argmax(-1).tolist()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for example, one in zip(examples, said, strict=True):
        total[example.kind] += 1
        is_known = example.verdict != NOT_YES
        right[example.kind] += one == example.verdict if is_known else one != YES
    for kind, count in sorted(total.items()):
        print(f"{kind:20} {right[kind] / count:.3f} of {count}")


def main() -> None:
    """Fits, prints what it makes of the examples left out, and writes if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--folder", type=Path, default=MODELS)
    parser.add_argument("--examples", type=int, default=24_000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    draw = Random(5)
    made = [*people_examples(options.data, draw), *squad_examples(options.data, draw)]
    examples = draw.sample(made, k=min(options.examples, len(made)))
    states = torch.tensor(States(options.folder).of([(e.asked, e.passage) for e in examples]))
    verdicts = torch.tensor([e.verdict for e in examples])
    held = torch.tensor([is_held_out(e) for e in examples])
    layer = fit(states[~held], verdicts[~held])
    report(layer, states[held], [e for e in examples if is_held_out(e)])
    if options.write:
        write(layer, options.folder)


if __name__ == "__main__":
    main()
