"""Re-wrap articles at every width and count the sentences that do not come back whole.

    uv run python tests/bench/bench_wrapping.py ARTICLES.jsonl.xz [--step 8]

Each line of the file is an article with `paragraphs`. Each is wrapped at 20 to 100 columns, with
and without empty lines between paragraphs, and cleaned.
"""

import argparse
import json
import lzma
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from retrieval.articles.cleaning.clean import clean

ARTICLES = 120
NARROW, WIDE = 20, 100
STYLES = {"empty lines": ("\n\n", ""), "no empty lines": ("\n", ""), "indented": ("\n", "   ")}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"‘])")


def articles(path: Path) -> Iterator[list[str]]:
    """Give the paragraphs of the articles of the highest level."""
    with lzma.open(path, "rt") as lines:
        for line in lines:
            row = json.loads(line)
            if row["level"] == "Adv":
                yield [" ".join(one.split()) for one in row["paragraphs"] if one.strip()]


def wrapped(paragraphs: list[str], width: int, between: str, indent: str) -> str:
    """Give the article as a program that wraps writes it."""
    return between.join(textwrap.fill(one, width, initial_indent=indent) for one in paragraphs)


def faults(paragraphs: list[str], cleaned: str) -> Iterator[tuple[str, str]]:
    """Give each sentence that is not there letter by letter, and what it lacks."""
    there, words = " ".join(cleaned.split()), re.sub(r"[\s-]", "", cleaned)
    for sentence in (part for one in paragraphs for part in _SENTENCE_END.split(one)):
        if sentence not in there:
            whole = re.sub(r"[\s-]", "", sentence) in words
            yield ("a hyphen or space" if whole else "words"), sentence


def main() -> None:
    """Print the number of faults by kind and style."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--step", type=int, default=8)
    given = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    shown: set[str] = set()
    for paragraphs in list(articles(given.file))[:ARTICLES]:
        for style, (between, indent) in STYLES.items():
            for width in range(NARROW, WIDE + 1, given.step):
                text = clean(wrapped(paragraphs, width, between, indent)).text
                for lack, sentence in faults(paragraphs, text):
                    counts[style, lack] += 1
                    shown.add(f"{lack}: {sentence}")
    print("\n".join([*sorted(shown), *(f"{key}: {times}" for key, times in counts.items())]))


if __name__ == "__main__":
    main()
