"""What stands above a Markdown text: its values, in YAML between `---` or in TOML between `+++`."""

import re
import tomllib
from collections.abc import Mapping

from retrieval.errors import ArticleError

_TOML = re.compile(r"\+{3}[ \t]*\n(.*?)^\+{3}[ \t]*$\n?", re.DOTALL | re.MULTILINE)


def front_matter(text: str) -> tuple[Mapping[str, object], str]:
    """Give the values above a Markdown text, and the text; a rule line alone begins none.

    Raises:
        ArticleError: The values cannot be read; the message names the line.
    """
    text = text.replace("\r\n", "\n")
    toml = _TOML.match(text)
    if toml is None:
        return _yaml(text)
    try:
        return tomllib.loads(toml[1]), text[toml.end() :]
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        place = f", line {int(line[1]) + 1}" if line else ""
        raise ArticleError(f"its front matter is not valid TOML{place}; mend it") from error


def _yaml(text: str) -> tuple[Mapping[str, object], str]:
    from frontmatter.default_handlers import YAMLHandler
    from yaml import YAMLError  # type: ignore[import-untyped]  # has no stubs of its own

    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        above, body = handler.split(text)
        values = handler.load(above)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ArticleError(f"its front matter is not valid YAML{line}; mend it") from error
    except ValueError as error:  # no closing line, or a date such as 2014-02-31
        if text.count("\n---") == 0:
            return {}, text
        raise ArticleError(f"its front matter has a wrong value: {error}") from error
    return (values, body) if isinstance(values, dict) else ({}, text)
