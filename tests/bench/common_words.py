"""Lists the words that are written small: those that are hardly ever names.

Counted in the paragraphs of SQuAD 1.1's training articles, away from the starts of sentences: kept
is what stands in lower case at least MIN_COUNT times and with a capital in at most MAX_CAPITALS.

python tests/bench/common_words.py squad-train-v1.1.json.xz
"""

import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from retrieval.text.words import COMMON_WORDS_FILE, words

MIN_COUNT = 12
MAX_CAPITALS = 0.15
MIN_CHARS = 3


def paragraphs(path: Path) -> Iterator[str]:
    """The paragraphs of a SQuAD file."""
    with lzma.open(path, "rt") as stream:
        for article in json.load(stream)["data"]:
            for paragraph in article["paragraphs"]:
                yield paragraph["context"]


def common_words(texts: Iterator[str]) -> list[str]:
    """The words that are written small, in the order of the alphabet."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for word in words(text):
            if not word.initial and word.key.isalpha():
                (capital if word.is_capital else small)[word.key] += 1
    return sorted(
        word
        for word, count in small.items()
        if count >= MIN_COUNT
        and len(word) >= MIN_CHARS
        and capital[word] <= MAX_CAPITALS * (count + capital[word])
    )


def main() -> None:
    """Writes the list to its place in the package."""
    found = common_words(paragraphs(Path(sys.argv[1])))
    COMMON_WORDS_FILE.write_text("\n".join(found) + "\n", encoding="utf-8")
    print(f"{len(found)} words in {COMMON_WORDS_FILE}")


if __name__ == "__main__":
    main()
