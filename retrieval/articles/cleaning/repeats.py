"""What a page shows twice: lines side by side, pull quotes, repeated blocks; one copy stays."""

from collections.abc import Iterator, Sequence

from retrieval.articles.cleaning.page_lines import letters, word_count

_MIN_CAPTION_WORDS = 3
_MAX_CREDIT_WORDS = 15
_MIN_COPY_WORDS = 6
_MAX_PULL_WORDS = 40
_SHINGLE_WORDS = 6


def repeated_lines(lines: Sequence[str]) -> set[int]:
    """Give the indexes of later copies and pull quotes; of lines side by side the longest stays."""
    keys = [letters(line) for line in lines]
    marked = _later_copies(keys) | _pull_quotes(lines, keys)
    for first, end in _side_by_side(keys):
        longest = max(range(first, end), key=lambda i: len(lines[i]))
        marked |= set(range(first, end))
        marked.discard(longest)
    return marked


def _side_by_side(keys: Sequence[str]) -> list[tuple[int, int]]:
    """Give the stretches of neighbours that say the same, one perhaps with a credit after it."""
    stretches: list[tuple[int, int]] = []
    first = 0
    for i in range(1, len(keys) + 1):
        if i < len(keys) and _says_the_same(keys[i - 1], keys[i]):
            continue
        if i - first > 1:
            stretches.append((first, i))
        first = i
    return stretches


def _says_the_same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if word_count(short) < _MIN_CAPTION_WORDS or not long.startswith(short):
        return False
    credit = long[len(short) :].strip()
    long_enough = word_count(short) >= _MIN_COPY_WORDS
    return not credit or (long_enough and word_count(credit) <= _MAX_CREDIT_WORDS)


def _later_copies(keys: Sequence[str]) -> set[int]:
    first: dict[str, int] = {}
    return {
        i
        for i, key in enumerate(keys)
        if word_count(key) >= _MIN_COPY_WORDS and first.setdefault(key, i) != i
    }


def _pull_quotes(lines: Sequence[str], keys: Sequence[str]) -> set[int]:
    """A line all in quotation marks whose words stand in another line is there to catch the eye."""
    wanted = {i: set(_shingles(keys[i])) for i, line in enumerate(lines) if _is_quote(line)}
    sought = set().union(*wanted.values())
    found: set[str] = set()
    for i, key in enumerate(keys):
        if i not in wanted and sought:
            found.update(sought.intersection(_shingles(key)))
    return {i for i, shingles in wanted.items() if shingles and shingles <= found}


def _is_quote(line: str) -> bool:
    marked = line[:1] in "“\"‘'«" and line.rstrip(".")[-1:] in "”\"’'»"
    return marked and _SHINGLE_WORDS <= word_count(line) <= _MAX_PULL_WORDS


def _shingles(key: str) -> Iterator[str]:
    """Give each run of so many words."""
    words = key.split()
    return (" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1))
