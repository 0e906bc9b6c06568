"""What a chat model is shown: numbered sentences, and how to reply with statements that name them.

How to reply stands in `prompts/`, a file for each; a new version is a new file name.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from retrieval.answer.model_reply import Written
from retrieval.chat.calls import CHARS_PER_TOKEN, Message
from retrieval.text.dates import in_words
from retrieval.text.sentences import passage_sentences
from retrieval.types import Article, Passage
from retrieval.verify.window import Window, single_windows

_PROMPTS = Path(__file__).parent / "prompts"
RULES, _REPAIR, _AGAIN, _STANDALONE = (
    (_PROMPTS / name).read_text("utf-8").strip()
    for name in ("answer.v2.md", "repair.v2.md", "again.v1.md", "standalone.v1.md")
)
_LEFT_OUT = "(…)"
_GAP_CHARS = 2
"""Paragraphs of an article stand a blank line apart."""
_TAG_CHARS = 8


def number_sentences(passages: Sequence[Passage]) -> dict[int, Window]:
    """Give the passages' sentences numbered from 1, in their order.

    A sentence that several passages hold is numbered once.
    """
    numbered: dict[int, Window] = {}
    seen: set[tuple[str, tuple[int, int]]] = set()
    for passage in passages:
        for window in single_windows(passage, passage_sentences(passage)):
            place = (passage.article.article_id, window.span)
            if place not in seen:
                seen.add(place)
                numbered[len(numbered) + 1] = window
    return numbered


def first_messages(question: str, numbered: Mapping[int, Window]) -> list[Message]:
    """Give the messages that ask for an answer.

    What stays the same from question to question comes first, for providers that remember how a
    prompt began.
    """
    data = "\n".join(_data(numbered))
    tag = hashlib.sha256(data.encode()).hexdigest()[:_TAG_CHARS]
    fenced = f"=== articles {tag} begin ===\n{data}\n=== articles {tag} end ==="
    return [("system", RULES), ("human", f"{fenced}\n\nQuestion: {_flat(question)}")]


def repair_messages(
    question: str, numbered: Mapping[int, Window], problems: Sequence[tuple[Written, str]]
) -> list[Message]:
    """Give the messages that ask to mend statements; they show what these rest on alone."""
    named = {n for written, _ in problems for n in written.sentences}
    shown = {n: numbered[n] for n in sorted(named) if n in numbered}
    lines = [
        f"- {_flat(written.text)} {list(written.sentences)}: {why}" for written, why in problems
    ]
    asked = first_messages(question, shown)
    wish = _REPAIR.format(problems="\n".join(lines))
    return [asked[0], ("human", f"{asked[1][1]}\n\n{wish}")]


def again_messages(asked: Sequence[Message], reply: str) -> list[Message]:
    """Give the messages that ask for a reply that can be read."""
    return [*asked, ("ai", reply), ("human", _AGAIN)]


def standalone_messages(question: str, history: Sequence[str]) -> list[Message]:
    """Give the messages that ask for a question which says all that it means."""
    earlier = "\n".join(f"- {_flat(one)}" for one in history)
    asked = f"Earlier questions, oldest first:\n{earlier}\n\nLast question: {_flat(question)}"
    return [("system", _STANDALONE), ("human", asked)]


def estimated_tokens(messages: Sequence[Message]) -> int:
    """Give roughly how many tokens the messages cost, where the provider does not say."""
    return sum(len(text) for _, text in messages) // CHARS_PER_TOKEN


def _data(numbered: Mapping[int, Window]) -> Iterator[str]:
    last: Window | None = None
    for number, window in numbered.items():
        article = window.passage.article
        if last is None or article.article_id != last.passage.article.article_id:
            yield f"{'' if last is None else chr(10)}Article: {_about(article)}"
        elif not _follows(window, last):
            yield _LEFT_OUT
        yield f"[{number}] {_flat(window.text)}"
        last = window


def _about(article: Article) -> str:
    published = in_words(article.published) or "date not known"
    known = [article.outlet or "outlet not known", published, article.kind or "news"]
    if article.author:
        known.append(f"by {article.author}")
    return f"{_flat(article.title)} ({_flat(', '.join(known))})"


def _follows(window: Window, last: Window) -> bool:
    """Tell whether two sentences stand side by side in their article, as far as is known."""
    if window.passage.passage_id == last.passage.passage_id:
        return window.first <= last.last + 1
    closes = last.last == len(last.sentences) - 1
    opens = window.first == 0
    return closes and opens and window.passage.start <= last.passage.end + _GAP_CHARS


def _flat(text: str) -> str:
    """Give the text as one line that cannot end the data or pass for a tag."""
    return re.sub(r"={3,}", "==", " ".join(text.split())).replace("<", "‹").replace(">", "›")
