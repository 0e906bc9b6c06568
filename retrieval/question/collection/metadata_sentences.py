"""Sentences that tell what the collection's metadata says of its articles, and what it does not."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.text.dates import first_day, in_words, last_day
from retrieval.types import Article

# Longer lists help nobody; how many are left out is said.
MOST_LISTED = 10
_FULL_DATE = len("YYYY-MM-DD")
_MONTH_DATE = len("YYYY-MM")


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
        return _told(f"The collection holds {_articles(len(held))}.", held)
    number = str(len(chosen)) if chosen else "None"
    verb = "match" if len(chosen) > 1 else "matches"
    return _told(f"{number} of the collection's {_articles(len(held))} {verb}.", chosen)


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
    return _told(f"The collection holds {_articles(len(held))}{source}{_time_of(held)}.", held)


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
        f"The {name} of {_articles(count)} is not stated."
        for name, count in unknown.items()
        if count
    )


def by_date(articles: Sequence[Article], *, newest: bool) -> list[Article]:
    """Give the dated articles in order, the newest or the oldest first."""
    dated = [article for article in articles if article.published]
    if newest:
        return sorted(dated, key=lambda a: last_day(a.published or ""), reverse=True)
    return sorted(dated, key=lambda a: first_day(a.published or ""))


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


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count} articles"


def _stated(value: str | None, said: str, otherwise: str) -> str:
    metadata = "the collection's metadata"
    return f"As {metadata} says, {said}" if value else f"{otherwise} is not stated in {metadata}."
