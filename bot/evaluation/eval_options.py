"""What a person asked of an evaluation, as the command line has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluation.measures.measure_table import THRESHOLDS
from retrieval.evaluation.public_sets import Format


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
