"""The options of an evaluation, and its question set made ready: read, chosen from, indexed.

Or examined: what is wrong with the set itself.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.first_run import opened_answerer
from bot.terminal.console import make_console, say
from bot.terminal.harmless import one_line
from bot.terminal.stderr import say_on_stderr
from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluation.gold_quotes import GoldSpan
from retrieval.evaluation.public_sets import Format, PublicArticle, read_public, write_articles
from retrieval.evaluation.questions import GoldQuestion, choose, find_gold, read_questions
from retrieval.evaluation.scoring import THRESHOLDS
from retrieval.evaluation.set_problems import examine
from retrieval.settings import Settings

if TYPE_CHECKING:
    from retrieval.answer.chain import Answerer
    from retrieval.index.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalOptions:
    """The options of one run.

    `own_index` says that the index was named on the command line, so that a public set may fill
    it. `thresholds` are the built-in ones with the person's changes.
    """

    files: tuple[Path, ...] = ()
    form: Format | None = None
    collection: str | None = None
    split: str | None = None
    kinds: tuple[str, ...] = ()
    limit: int | None = None
    keep_going: bool = False
    thresholds: Mapping[str, float] = field(default_factory=lambda: dict(THRESHOLDS))
    baseline: Path | None = None
    update_baseline: bool = False
    results: Path | None = None
    page: Path | None = None
    add_to: Path | None = None
    judge: str | None = None
    own_index: bool = False

    def __post_init__(self) -> None:
        """Refuse what has no meaning together.

        Raises:
            UsageError: A public set and a collection, which both bring articles, were named.
        """
        if self.form and self.collection is not None:
            raise UsageError("--collection does not go with --format: each has its own articles")

    @property
    def chosen_files(self) -> tuple[Path, ...]:
        """The files given, or the questions of the collection, or those of the checkout.

        Raises:
            QuestionSetError: None was given and there is no checkout, or no such collection.
        """
        if self.files:
            return self.files
        if self.collection is not None:
            return (self._collection_folder(self.collection) / "questions.jsonl",)
        tests = _checkout_tests()
        if tests is None:
            raise QuestionSetError("no question set: name a FILE, or run this in a checkout")
        return (tests / "questions.jsonl",)

    @property
    def own_articles(self) -> Path | None:
        """The folder with the articles of the collection, None if none was named.

        Raises:
            QuestionSetError: There is no such collection.
        """
        if self.collection is None:
            return None
        return self._collection_folder(self.collection) / "articles"

    @staticmethod
    def _collection_folder(name: str) -> Path:
        tests = _checkout_tests()
        if tests is None:
            raise QuestionSetError(f"no collection {name!r}: run this in a checkout")
        held = {folder.name: folder for folder in sorted((tests / "collections").glob("*/"))}
        if name not in held:
            there = f"there is {', '.join(held)}" if held else "there is none"
            raise QuestionSetError(f"no collection {name!r}: {there}")
        return held[name]

    @property
    def baseline_file(self) -> Path | None:
        """The baseline to compare with: the one named, or the checkout's for its own set.

        Raises:
            UsageError: A baseline should be updated and it is not clear which.
        """
        tests = _checkout_tests()
        is_another = bool(self.files or self.form or self.collection)
        if self.baseline is None and not is_another and tests is not None:
            found = tests / "baseline.json"
            return found if self.update_baseline or found.exists() else None
        if self.baseline is None and self.update_baseline:
            raise UsageError("--update-baseline with another set needs --baseline too: which one?")
        return self.baseline

    @property
    def is_part(self) -> bool:
        """Whether only a part of the set was chosen."""
        return bool(self.split or self.kinds or self.limit)


def _checkout_tests() -> Path | None:
    """Give the tests folder that holds the question set: of this folder, or of the package."""
    package = Path(__file__).parents[2]
    folders = (Path("tests"), package / "tests")
    return next((folder for folder in folders if (folder / "questions.jsonl").is_file()), None)


_NAMED = 5  # problems told in the one line that an error has


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSet:
    """The questions to ask and their gold, what was wrong with others, a public set's articles."""

    questions: tuple[GoldQuestion, ...]
    problems: tuple[str, ...] = ()
    articles: tuple[PublicArticle, ...] = ()
    spans: Mapping[str, tuple[GoldSpan, ...]] = field(default_factory=dict)


def load_set(options: EvalOptions) -> LoadedSet:
    """Read the set and choose from it; fields that are not known are told on standard error.

    Raises:
        QuestionSetError: A line is bad and `keep_going` is off, or no question is left.
    """
    problems: tuple[str, ...] = ()
    articles: tuple[PublicArticle, ...] = ()
    if options.form:
        if len(options.chosen_files) > 1:
            raise QuestionSetError("--format takes one FILE")
        public = read_public(options.chosen_files[0], options.form)
        questions, articles = public.questions, public.articles
    else:
        found = read_questions(options.chosen_files)
        questions, problems = found.questions, found.problems
        tell(found.notes)
    refuse_problems(problems, keep_going=options.keep_going and bool(questions))
    chosen = choose(questions, split=options.split, kinds=options.kinds, limit=options.limit)
    return LoadedSet(questions=chosen, problems=problems, articles=articles)


@contextmanager
def own_settings(
    settings: Settings, options: EvalOptions, articles: Sequence[PublicArticle] = ()
) -> Iterator[Settings]:
    """Give the settings to ask with; a set with its own articles gets an index of its own.

    It is a passing one, unless the person named an index, which is kept for the next run.
    """
    if not articles and options.own_articles is None:
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="dateline-eval-") as name:
        folder = options.own_articles or Path(name) / "articles"
        if articles:
            folder.mkdir()
            write_articles(articles, folder / "articles.jsonl")
        index = settings.index if options.own_index else Path(name) / "index"
        yield settings.model_copy(update={"index": index, "articles": folder, "chroma_url": None})


@contextmanager
def opened_system(
    settings: Settings, options: EvalOptions, articles: Sequence[PublicArticle] = ()
) -> "Iterator[Answerer]":
    """Give the system to ask, over the set's own articles where it has some."""
    with own_settings(settings, options, articles) as own, opened_answerer(own) as answerer:
        yield answerer


def put_gold(loaded: LoadedSet, articles: "Library", *, keep_going: bool) -> LoadedSet:
    """Give the set with its gold; questions of unknown sources are left out and told.

    Raises:
        QuestionSetError: A source is unknown and `keep_going` is off, or none is left.
    """
    gold = find_gold(loaded.questions, articles)
    tell(gold.unheld)
    refuse_problems(gold.problems, keep_going=keep_going and bool(gold.spans))
    return LoadedSet(
        questions=tuple(q for q in loaded.questions if q.id in gold.spans),
        problems=(*loaded.problems, *gold.problems),
        articles=loaded.articles,
        spans=gold.spans,
    )


def refuse_problems(problems: Sequence[str], *, keep_going: bool) -> None:
    """Tell the problems and go on, or raise them.

    Raises:
        QuestionSetError: There are problems and `keep_going` is off.
    """
    if keep_going:
        tell(problems)
    elif problems:
        rest = len(problems) - _NAMED
        named = "; ".join(problems[:_NAMED]) + (f"; and {rest} more" if rest > 0 else "")
        raise QuestionSetError(f"{named}. Mend the set, or run the rest with --keep-going.")


def tell(lines: Sequence[str]) -> None:
    """Tell what a person should know, on standard error."""
    for line in lines:
        say_on_stderr(line)


def run_doctor(options: EvalOptions, articles: "Library") -> int:
    """Print every finding; gives 1 if there is any."""
    found = read_questions(options.chosen_files)
    findings = examine(found.questions, articles)
    console = make_console()
    for line in (*found.problems, *found.notes):
        say(console, f"line: {one_line(line)}")
    for finding in findings:
        say(console, f"{finding.ailment}: {one_line(finding.message)}")
    counts = Counter(finding.ailment for finding in findings)
    counted = ", ".join(f"{count} {ailment}" for ailment, count in sorted(counts.items()))
    say(console, f"{len(found.questions)} questions: {counted or 'nothing wrong'}")
    return int(bool(findings or found.problems))
