"""Which articles the words of a question select, and what is said of them, from their metadata."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from retrieval.question.breadth import outlets_named
from retrieval.question.time_scope import time_range
from retrieval.text.dates import first_day, in_words, last_day
from retrieval.text.numbers import counted
from retrieval.text.words import listed_words, words
from retrieval.types import Article, Hit

# Longer lists help nobody; how many are left out is said.
MOST_LISTED = 10
_FULL_DATE, _MONTH_DATE = len("YYYY-MM-DD"), len("YYYY-MM")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataSentence:
    """One sentence and the articles that it is about, at most as many as are listed."""

    text: str
    articles: tuple[Article, ...] = ()


def tell_each(
    articles: Sequence[Article], tell: Callable[[Article], str]
) -> tuple[MetadataSentence, ...]:
    """Give a sentence for each of the first articles."""
    return tuple(MetadataSentence(text=tell(a), articles=(a,)) for a in articles[:MOST_LISTED])


def author_of(article: Article) -> str:
    """Tell who wrote an article."""
    said = f"{named(article)} was written by {article.author}."
    return _stated(article.author, said, f"Who wrote {named(article)}")


def date_of(article: Article) -> str:
    """Tell when an article was published, as far as it is known."""
    published, name = article.published or "", named(article, date=False)
    lead = "on" if len(published) == _FULL_DATE else "in"
    open_part = {_FULL_DATE: "", _MONTH_DATE: "; the day is not stated"}
    rest = open_part.get(len(published), "; month and day are not stated")
    said = f"{name} was published {lead} {in_words(article.published)}{rest}."
    return _stated(published, said, f"When {name} was published")


def outlet_of(article: Article) -> str:
    """Tell where an article was published."""
    said = f"“{article.title}” was published by {article.outlet}."
    return _stated(article.outlet, said, f"Where “{article.title}” was published")


def kind_of(article: Article) -> str:
    """Tell whether an article is news, analysis or opinion."""
    said = f"{named(article)} is marked as {article.kind}."
    return _stated(article.kind, said, f"Whether {named(article)} is news, analysis or opinion")


def link_of(article: Article) -> str:
    """Tell where an article can be read."""
    said = f"{named(article)} stands at {article.url}"
    return _stated(article.url, said, f"An address of {named(article)}")


def title_of(article: Article) -> str:
    """Tell an article's title, with what else is known of it."""
    parts = [article.outlet or "outlet not stated", in_words(article.published) or "undated"]
    parts += [article.author] if article.author else []
    parts += [article.kind] if article.kind else []
    return f"“{article.title}”: {', '.join(parts)}."


def count_of(chosen: Sequence[Article], held: Sequence[Article]) -> MetadataSentence:
    """Tell how many articles there are, and how many of them were chosen."""
    if len(chosen) == len(held):
        return _told(f"The collection holds {counted(len(held), 'article')}.", held)
    said = f"{len(chosen) or 'None'} of the collection's {counted(len(held), 'article')}"
    return _told(f"{said} {'match' if len(chosen) > 1 else 'matches'}.", chosen)


def none_of(extreme: str, held: Sequence[Article]) -> MetadataSentence:
    """Tell that no article was chosen; `extreme` if that is because none of them is dated."""
    if extreme:
        return _told(f"Which article is the {extreme} is not stated: none of them is dated.", ())
    return count_of((), held)


def _told(text: str, articles: Sequence[Article]) -> MetadataSentence:
    return MetadataSentence(text=text, articles=tuple(articles[:MOST_LISTED]))


def coverage_of(held: Sequence[Article]) -> MetadataSentence:
    """Tell what the collection holds: how many articles, of which outlets and of what time."""
    outlets = Counter(article.outlet for article in held if article.outlet)
    names = ", ".join(
        f"{name} ({count})" if count > 1 else name
        for name, count in outlets.most_common(MOST_LISTED)
    )
    more = len(outlets) - MOST_LISTED
    names += f" and {more} more" if more > 0 else ""
    source = f" from {names}" if names else ""
    return _told(
        f"The collection holds {counted(len(held), 'article')}{source}{_time_of(held)}.", held
    )


def left_out(held: Sequence[Article], by: Sequence[str]) -> tuple[str, ...]:
    """Count the articles of which a property that was chosen by is not known, in sentences."""
    values: dict[str, list[str | None]] = {
        "date": [article.published for article in held],
        "kind": [article.kind for article in held],
        "author": [article.author for article in held],
        "outlet": [article.outlet for article in held],
    }
    unknown = {name: values[name].count(None) for name in by if name in values}
    return tuple(
        f"The {name} of {counted(count, 'article')} is not stated."
        for name, count in unknown.items()
        if count
    )


def by_date(articles: Sequence[Article], *, newest: bool) -> list[Article]:
    """Give the dated articles in order, the newest or the oldest first."""
    dated = [article for article in articles if article.published]
    day = last_day if newest else first_day
    return sorted(dated, key=lambda article: day(article.published or ""), reverse=newest)


def named(article: Article, *, date: bool = True) -> str:
    """Give an article's title with outlet and date, as far as they are known."""
    known = [article.outlet, in_words(article.published) if date else None]
    origin = ", ".join(part for part in known if part)
    return f"“{article.title}” ({origin})" if origin else f"“{article.title}”"


def _time_of(held: Sequence[Article]) -> str:
    dated = by_date(held, newest=False)
    if not dated:
        return ""
    first, last = (in_words(a.published) for a in (dated[0], by_date(held, newest=True)[0]))
    return f", published in {first}" if first == last else f", published from {first} to {last}"


def _stated(value: str | None, said: str, otherwise: str) -> str:
    metadata = "the collection's metadata"
    return f"As {metadata} says, {said}" if value else f"{otherwise} is not stated in {metadata}."


_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_NEWEST = frozenset({"newest", "latest", "most recent", "last"})
_TIME = r"(?:days?|weeks?|months?|years?|decades?|spring|summer|autumn|fall|winter|half|quarter)"
_EXTREME = re.compile(
    rf"\b(?:(?P<before>{'|'.join(_COUNTS)}|\d) )?"
    r"(?P<which>newest|latest|most recent|last|oldest|earliest|first)"
    rf"(?: (?P<after>{'|'.join(_COUNTS)}|\d))?\b(?! (?:\w+ )?{_TIME}\b)",
    re.IGNORECASE,
)
_KINDS = {
    "analysis": "analysis",
    "analyses": "analysis",
    "news": "news",
    **dict.fromkeys(
        "opinion opinions op-ed op-eds editorial editorials commentary".split(), "opinion"
    ),
}
_NOUNS = frozenset(listed_words("article_words", "nouns"))
_PLAIN = frozenset(listed_words("article_words", "plain"))
# Who asks for 'the author' alone means that of what was read last.
_IMPLYING = frozenset({"author", "authors", "writer", "writers"})
_POINTERS = frozenset({"it", "its", "this", "that", "these", "those", "them", "their", "same"})
_ALL = frozenset({"all", "each", "every", "any"})
# One word of a title names an article only beside 'article'; several do by themselves.
_TITLE_WORDS = 2
_ON_TOPIC = re.compile(r"\b(?:about|on|of|covering|regarding)\b", re.IGNORECASE)

Search = Callable[[str], Sequence[Hit]]


def no_search(topic: str) -> Sequence[Hit]:
    """Find nothing, where topics must not select."""
    del topic
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Articles that words select, maybe none; `by` are the properties that chose them.

    `is_pointing` if the words only point, as 'this' does: then these are all articles. `extreme`
    if only the newest or oldest of them were taken, as far as they are dated.
    """

    articles: tuple[Article, ...]
    is_pointing: bool = False
    by: tuple[str, ...] = ()
    extreme: str = ""


def choose(
    selector: str, articles: Sequence[Article], *, today: date, search: Search = no_search
) -> Choice | None:
    """Give the articles that the words select, None if a word of them selects none that is held.

    Words are such as 'the Moscow Times article', 'the two latest', 'this', or none for all;
    `search` finds passages on a topic that no title names.
    """
    left, chosen, by = selector, list(articles), []
    left, chosen, said = _by_title(left, chosen)
    extreme = _EXTREME.search(left)
    left = _EXTREME.sub(" ", left)
    for narrow in (partial(_by_date, today), _by_outlet, _by_author, _by_kind):
        by += [said] if said else []
        left, chosen, said = narrow(left, chosen)
    by += [said] if said else []
    rest = {w.stem for w in words(left) if w.carries_meaning and not _is_plain(w.key)}
    if rest:
        chosen = _with_title_words(rest, chosen, selector) or _on_topic(rest, left, chosen, search)
        by.append("title")
    keys = {word.key for word in words(selector)}
    if not _is_said(keys, by, is_extreme=bool(extreme)) or (rest and not chosen):
        return None
    if extreme:
        return _extreme(chosen, extreme, by)
    is_pointing = not by and not keys & _ALL and bool(keys & _POINTERS or "the" in keys)
    return Choice(articles=tuple(chosen), is_pointing=is_pointing, by=tuple(by))


def _is_said(keys: set[str], by: Sequence[str], *, is_extreme: bool) -> bool:
    """Tell whether words select articles at all: by a property, or with a word for them."""
    if is_extreme:
        return bool(by or keys & (_NOUNS | {"one", "ones"}))
    return bool(by or keys & (_NOUNS | _POINTERS | _ALL | _IMPLYING)) or not keys


def _is_plain(key: str) -> bool:
    return key in _NOUNS | _PLAIN or key.removesuffix("s") in _PLAIN


def _extreme(chosen: Sequence[Article], said: re.Match[str], by: Sequence[str]) -> Choice:
    """Give the newest or oldest articles, as many as were asked for, and those of the same date."""
    is_newest = said["which"].lower() in _NEWEST
    number = (said["before"] or said["after"] or "1").lower()
    most = _COUNTS.get(number) or int(number)
    ordered = by_date(chosen, newest=is_newest)
    last = ordered[:most][-1].published if ordered and most else None
    taken = [a for n, a in enumerate(ordered) if n < most or a.published == last]
    extreme = "newest" if is_newest else "oldest"
    return Choice(articles=tuple(taken), by=(*by, "date"), extreme=extreme)


def _on_topic(
    stems: set[str], left: str, articles: Sequence[Article], search: Search
) -> list[Article]:
    """Give the article whose passage is nearest to a topic, if the passage has all its words."""
    if not _ON_TOPIC.search(left) or not any(word.key in _NOUNS for word in words(left)):
        return []
    held = {article.article_id for article in articles}
    near = [hit.passage for hit in search(_ON_TOPIC.split(left)[-1])]
    telling = [one.article for one in near if stems <= {word.stem for word in words(one.text)}]
    return [article for article in telling if article.article_id in held][:1]


Narrowed = tuple[str, list[Article], str]


def _by_title(target: str, articles: list[Article]) -> Narrowed:
    said = _folded(target)
    for article in articles:
        title = _folded(article.title)
        if title and title in said:
            return " ".join(said.replace(title, " ").split()), [article], "title"
    return target, articles, ""


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _by_date(today: date, target: str, articles: list[Article]) -> Narrowed:
    asked = f"Articles {target}"
    scope = time_range(asked, today=today, articles=articles)
    if not scope.filters:
        return target, articles, ""
    bounds = scope.filters.bounds(())
    left = scope.timeless.partition(" ")[2]
    return left, [a for a in articles if bounds.admits(a)], "date"


def _by_outlet(target: str, articles: list[Article]) -> Narrowed:
    outlets = outlets_named(target, articles)
    if not outlets:
        return target, articles, ""
    return _without(target, outlets), [a for a in articles if a.outlet in outlets], "outlet"


def _by_author(target: str, articles: list[Article]) -> Narrowed:
    said = {word.key for word in words(target)}
    chosen = [a for a in articles if a.author and words(a.author)[-1].key in said]
    if not chosen:
        return target, articles, ""
    return _without(target, [a.author or "" for a in chosen]), chosen, "author"


def _without(target: str, names: Sequence[str]) -> str:
    known = {word.key for name in names for word in words(name)}
    return " ".join(word.text for word in words(target) if word.key not in known)


def _by_kind(target: str, articles: list[Article]) -> Narrowed:
    said = re.findall(r"[\w-]+", target.lower())
    kinds = {_KINDS[word] for word in said if word in _KINDS}
    if not kinds:
        return target, articles, ""
    left = " ".join(word for word in said if word not in _KINDS)
    return left, [a for a in articles if a.kind in kinds], "kind"


def _with_title_words(stems: set[str], articles: Sequence[Article], target: str) -> list[Article]:
    said = any(word.key in _NOUNS for word in words(target))
    if not said and len(stems) < _TITLE_WORDS:
        return []
    return [a for a in articles if stems <= {word.stem for word in words(a.title)}]
