"""Which rows of the four OneStop files training must leave out, and the proof that no other leaks.

The Guardian collection (`tests/collections/guardian/`) is for measuring only. Its articles stand
in the OneStop files at three levels, as aligned sentences, as quotes and under questions.

Usage: heldout.py DATA          checks `heldout.json` against the files in DATA; exits 1 at a leak
       heldout.py DATA --write  finds the rows anew (all of them, the articles' names are given)
"""

import hashlib
import json
import lzma
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LIST = Path(__file__).with_name("heldout.json")
COLLECTION = Path(__file__).parents[2] / "collections" / "guardian" / "articles" / "articles.jsonl"
RUN_WORDS = 12  # no run of so many words may be shared
STRICT_RUN_WORDS = 8  # rows go for less, so that a light paraphrase of a held-out sentence goes too
SHORT_MIN_WORDS = 4  # a string shorter than a run goes where it stands whole in a held-out article

Run = tuple[str, ...]


class Guard:
    """The held-out text, which no row for training may share a run of words with."""

    def __init__(self, texts: Iterable[str]) -> None:
        held = list(texts)
        self._runs = {run for text in held for run in runs(text, RUN_WORDS)}
        self._strict = {run for text in held for run in runs(text, STRICT_RUN_WORDS)}
        self._whole = "\n".join(f" {' '.join(words(text))} " for text in held)

    def shares_run(self, row: object) -> bool:
        """Whether any string of the row shares 12 words in a row with a held-out article."""
        return any(not self._runs.isdisjoint(runs(text, RUN_WORDS)) for text in strings(row))

    def touches(self, row: object) -> bool:
        """The same for 8 words, or for a shorter string that stands whole in an article."""
        for text in strings(row):
            found = words(text)
            if not self._strict.isdisjoint(runs(text, STRICT_RUN_WORDS)):
                return True
            is_short = SHORT_MIN_WORDS <= len(found) < STRICT_RUN_WORDS
            if is_short and f" {' '.join(found)} " in self._whole:
                return True
        return False


def guard_of(data: Path | None = None) -> Guard:
    """The guard of the collection's articles; with the data also of their other levels."""
    texts = [row["text"] for row in map(json.loads, COLLECTION.read_text("utf-8").splitlines())]
    if data:
        names = read_list()["articles"]
        articles = read_rows(data, "onestop-articles")
        texts += [" ".join(row["paragraphs"]) for row in articles if row["id"] in names]
        texts += sorted({row["context"] for row in read_rows(data, "onestopqa")})
    return Guard(texts)


def read_list() -> dict:
    """The list as committed: `articles` by their names in OneStop, and `leave_out` by file."""
    return json.loads(LIST.read_text("utf-8"))


def kept_rows(data: Path, name: str) -> list[dict]:
    """The rows of a file that training may use; a file other than the listed one is an error."""
    part = read_list()["leave_out"][name]
    if digest(data, name) != part["sha256"]:
        raise SystemExit(f"{name} is not the file that heldout.json was made for: --write it anew")
    skipped = set(part["indexes"])
    return [row for at, row in enumerate(read_rows(data, name)) if at not in skipped]


def leaks(data: Path) -> list[str]:
    """The rows that training may use and that share 12 words with an article: must be none."""
    guard = guard_of(data)
    return [
        f"{name}: {json.dumps(row, ensure_ascii=False)[:120]}"
        for name in read_list()["leave_out"]
        for row in kept_rows(data, name)
        if guard.shares_run(row)
    ]


def found_anew(data: Path) -> dict:
    """The list made from the files themselves."""
    names = read_list()["articles"]
    guard = guard_of(data)
    tests = {
        # In a whole article eight words in common are chance: only a full run is a leak.
        "onestop-articles": lambda row: row["id"] in names or guard.shares_run(row),
        "onestop-aligned-sentences": lambda row: guard.touches([row["a"], row["b"]]),
        # A question of a few common words is no leak: the passage decides, and the name in the id.
        "onestop-quotes-derived": lambda row: (
            is_of(row["id"], names)
            or guard.shares_run(row)
            or guard.touches({"context": row["context"], "question": row["question"]})
        ),
        "onestopqa": lambda row: True,
    }
    leave_out = {}
    for name, goes in tests.items():
        rows = read_rows(data, name)
        indexes = [at for at, row in enumerate(rows) if goes(row)]
        leave_out[name] = {"total": len(rows), "sha256": digest(data, name), "indexes": indexes}
    return {"articles": names, "leave_out": leave_out}


def is_of(quote_id: str, names: Iterable[str]) -> bool:
    """Whether a row of the derived quotes was made from one of the articles."""
    return any(re.search(rf"-{re.escape(name)}-\d", quote_id) for name in names)


def words(text: str) -> list[str]:
    """The words of a text in lower case; punctuation parts them."""
    return re.findall(r"\w+", text.lower())


def runs(text: str, length: int) -> set[Run]:
    """Every run of so many words."""
    found = words(text)
    return {tuple(found[at : at + length]) for at in range(len(found) - length + 1)}


def strings(value: object) -> Iterator[str]:
    """Every string of a row; a list of strings also as one text, so that no run is cut."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        if value and all(isinstance(part, str) for part in value):
            yield " ".join(value)
        for part in value:
            yield from strings(part)


def read_rows(data: Path, name: str) -> list[dict]:
    """The rows of a file, in order."""
    with lzma.open(data / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def digest(data: Path, name: str) -> str:
    """The sha256 of a file's lines, however they are compressed."""
    with lzma.open(data / f"{name}.jsonl.xz") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def main(data: Path, *, write: bool) -> int:
    if write:
        LIST.write_text(json.dumps(found_anew(data), ensure_ascii=False) + "\n", "utf-8")
    for name, part in read_list()["leave_out"].items():
        print(f"{name}: {part['total']} rows, {len(part['indexes'])} left out")
    found = leaks(data)
    print(f"{len(found)} kept rows share {RUN_WORDS} words with a held-out article", *found[:5])
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), write="--write" in sys.argv))
