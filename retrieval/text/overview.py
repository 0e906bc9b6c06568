"""What a collection is about: how much, from when to when, on what, and what one could ask."""

import calendar
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.text.dates import month_words
from retrieval.text.names import SEATS, Name, names, short_name
from retrieval.text.numbers import counted
from retrieval.text.words import fold, is_common, is_english, words
from retrieval.types import Article, Passage

# So many articles tell what the whole is about; finding the names of each takes 10 ms.
_SAMPLE = 40
_TOPICS = 3
_SPEAKERS = 8
# A name of one word or two before a verb of saying; titles before it are left out.
_SAID = re.compile(
    r"\b([A-Z][\w-]+(?: [A-Z][\w-]+)?),? "
    r"(?:said|says|told|warned|argued|accused|called|announced|thanked)\b"
)
_DATE_WORDS = frozenset(map(fold, [*calendar.month_name[1:], *calendar.day_name]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A collection at a glance.

    `first` and `last` are the earliest and latest dates of its articles, None where none has
    one. `topics` are the names that most of the articles open with, best first. `questions` are
    made of what the articles open with: whether each is answered is for the reader to say.
    `is_english` tells whether the articles are, for the most part.
    """

    articles: int = 0
    first: str | None = None
    last: str | None = None
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    is_english: bool = True

    @property
    def words(self) -> str:
        """Give it in one line, such as '5 articles, Sep 2014 – Dec 2017, on Peru and Chile'."""
        first, last = month_words(self.first), month_words(self.last)
        span = first if first == last else f"{first} – {last}"
        on = f"on {listed(self.topics)}" if self.topics else ""
        return ", ".join(part for part in (counted(self.articles, "article"), span, on) if part)


def overview_of(openings: Sequence[Passage], text_of: Callable[[str], str]) -> Overview:
    """Give the overview of a collection, by the first passage of each of its articles."""
    step = max(1, len(openings) // _SAMPLE)
    taken = openings[::step][:_SAMPLE]
    sample = [(p.article, _named(p.text)) for p in taken]
    told = "\n".join(text_of(p.article.article_id) for p in taken)
    dates = sorted(p.article.published for p in openings if p.article.published)
    ranked = _ranked([found for _, found in sample])
    return Overview(
        articles=len(openings),
        first=dates[0] if dates else None,
        last=max(dates, key=_end) if dates else None,
        topics=tuple(_shown([found for _, found in sample], key) for key in ranked[:_TOPICS]),
        questions=(*_speakers(told), *_on_a_name(sample)),
        is_english=is_english([word for p in taken for word in words(p.text)]),
    )


Named = dict[str, Counter[str]]
"""The names of one text by key, with how often each form of each stands there."""


def _named(text: str) -> Named:
    found: Named = defaultdict(Counter)
    for name in _joined([name for name in names(text) if _is_topic(name)], text):
        found[name.key]["the " * (name.after == "the") + name.text] += 1
    return found


def _is_topic(name: Name) -> bool:
    """Leave out what may be no name, and what is one of every text: titles, months, days."""
    is_word = is_common(name.key) or name.key in _DATE_WORDS
    return not name.initial and name.text[:1].isupper() and not is_word


def _joined(found: Sequence[Name], text: str) -> Iterator[Name]:
    """Give names with those that directly follow as one: a person goes by the last of them."""
    run: list[Name] = []
    for name in found:
        if run and text[run[-1].span[1] : name.span[0]] != " ":
            yield _one(run, text)
            run = []
        run.append(name)
    if run:
        yield _one(run, text)


def _one(run: Sequence[Name], text: str) -> Name:
    first, last = run[0], run[-1]
    span = (first.span[0], last.span[1])
    return Name(text=text[slice(*span)], key=last.key, span=span, initial=False, after=first.after)


def _ranked(sample: Sequence[Named]) -> list[str]:
    """Give the keys that most articles hold, best first; a capital speaks for its country."""
    held = Counter(key for found in sample for key in found)
    often = Counter(key for found in sample for key in found for _ in found[key].elements())
    least = min(len(sample), 2)
    keys = [key for key in held if held[key] >= least and SEATS.get(key) not in held]
    return sorted(keys, key=lambda key: (-held[key], -often[key], key))


def _shown(sample: Sequence[Named], key: str) -> str:
    """Give a name in its fullest usual form; one written like its key beats its other forms."""
    forms: Counter[str] = Counter()
    for found in sample:
        forms += found.get(key, Counter())
    return max(
        forms,
        key=lambda form: (
            fold(form.removeprefix("the ")) == key,
            forms[form],
            not form.startswith("the "),  # it may be the next word's: 'the Dorran mill'
            len(form),
            form,
        ),
    )


def _speakers(text: str) -> list[str]:
    """Ask what each person said of whom the text tells that they spoke, full names first."""
    found = dict.fromkeys(_SAID.findall(text))
    persons = [name for name in found if not all(is_common(fold(w)) for w in name.split())]
    persons.sort(key=lambda name: " " not in name)
    return [f"What did {name} say?" for name in persons[:_SPEAKERS]]


def _on_a_name(sample: Sequence[tuple[Article, Named]]) -> Iterator[str]:
    """Ask about the name that is most an article's own; of each outlet and name once."""
    held = Counter(key for _, found in sample for key in found)
    outlets: set[str | None] = set()
    asked: set[str] = set()
    for article, found in sample:
        free = [key for key in found if key not in asked]
        if article.outlet in outlets or not free:
            continue
        key = max(free, key=lambda key: (found[key].total() / held[key], key))
        outlets.add(article.outlet)
        asked.add(key)
        whose = f"does {short_name(article.outlet)}" if article.outlet else "do the articles"
        yield f"What {whose} say about {_shown([found], key)}?"


def listed(words: Sequence[str]) -> str:
    """Give words as people list them: 'Iran, Iraq and Syria'."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _end(published: str) -> str:
    """Order dates by the last day that they can mean."""
    return published.ljust(len("YYYY-MM-DD"), "~")
