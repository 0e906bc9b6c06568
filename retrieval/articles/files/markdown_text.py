"""Markdown as paragraphs, and the values above it in YAML between `---` or in TOML between `+++`.

Links, tags and marks are resolved by a parser, shortcodes are left out.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.cleaning.wrapping import join_rows, words_of
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from markdown_it.token import Token


# Code is passed over: what looks like a shortcode there is what the writer shows.
_OUTSIDE_CODE = re.compile(
    r"""(?P<code>^\ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^\ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)
        |(?<!`)(?P<ticks>`{1,8})(?!`)(?:(?!\n\n).){1,400}?(?<!`)(?P=ticks)(?!`))
    |\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}  # Liquid
    |\{\{[^{}]*\}\}|\{%[^{}]*%\}                           # Hugo, Liquid, Jinja
    |\[caption\b[^\[\]]*\](?:(?!\[/caption).)*\[/caption\]   # WordPress
    |\[/?(?:gallery|embed|audio|video|playlist)\b[^\[\]\n]*\]
    |\{[:\#.][^{}\n]*\}|^:::.*?$                           # Kramdown, Pandoc
    |\[\^[\w-]+\]:?                                        # footnotes
    |!\[\[[^\[\]\n]*\]\]                                     # Obsidian
    |\[\[(?:[^\[\]|\n]*\|)?(?P<label>[^\[\]|\n]*)\]\]""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_UNREAD_TAGS = ("script", "style", "figure", "iframe", "svg", "noscript", "template")
_OPENS_UNREAD = re.compile(rf"(?i)<({'|'.join(_UNREAD_TAGS)})\b")
_BREAK = re.compile(r"(?i)<br\b")


def read_markdown(text: str) -> PageText:
    """Give the paragraphs of a Markdown text, and its front matter; a first heading is the title.

    Raises:
        ArticleError: The front matter cannot be read.
    """
    from markdown_it import MarkdownIt

    values, body = front_matter(text)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(_OUTSIDE_CODE.sub(lambda m: m["code"] or m["label"] or "", body))
    blocks = list(_blocks(tokens, words_of(body)))
    known_from = dict.fromkeys(values, "front matter")
    if blocks and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        values = {"title": blocks[0], **values}
        known_from.setdefault("title", "heading")
    return PageText(
        text="\n\n".join(blocks), values=values, known_from=known_from, is_extracted=False
    )


def _blocks(tokens: Sequence["Token"], words: set[str]) -> Iterator[str]:
    """Give each paragraph, heading, item, row of a table, and piece of code or HTML."""
    marker = ""
    cells: list[str] = []
    for before, token in pairwise([*tokens[:1], *tokens]):
        if token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else "- "
        elif before.type in ("th_open", "td_open"):
            cells.append(_text_of(token, words))
        elif token.type == "tr_close":
            yield " | ".join(filter(None, cells))
            cells = []
        elif text := _text_of(token, words):
            yield marker + text
            marker = ""


def _text_of(token: "Token", words: set[str]) -> str:
    """Give the text of a block, empty for a mark around one."""
    if token.type in ("fence", "code_block"):
        return token.content.strip()
    if token.type == "html_block":
        return html_text(token.content)
    return "\n".join(
        filter(None, (join_rows(rows, words) for rows in _lines(token.children or ())))
    )


def _lines(tokens: Iterable["Token"]) -> Iterator[list[str]]:
    """Give the lines of one paragraph as the page shows them, each as its rows in the file."""
    rows, unread = [""], None
    for token in tokens:
        tag = token.content if token.type == "html_inline" else ""
        if unread:
            unread = None if tag.casefold().startswith(f"</{unread}") else unread
        elif token.type == "hardbreak" or _BREAK.match(tag):
            yield _folded(rows)
            rows = [""]
        elif token.type == "softbreak":
            rows.append("")
        elif token.type in ("text", "code_inline"):
            rows[-1] += token.content
        elif opens := _OPENS_UNREAD.match(tag):
            unread = opens[1].casefold()
    yield _folded(rows)


def _folded(rows: Iterable[str]) -> list[str]:
    return [row for row in map(fold, rows) if row]


def html_text(content: str) -> str:
    """Give the words of a piece of HTML, a row for each of its blocks."""
    from lxml import etree, html

    root = html.fragment_fromstring(content, create_parent="div")
    etree.strip_elements(root, etree.Comment, *_UNREAD_TAGS, with_tail=False)
    for element in root.iter("*"):
        if not isinstance(element.tag, str) or element.tag in html.defs.block_tags | {"br"}:
            element.text = f"\n\n{element.text or ''}"
            element.tail = f"\n\n{element.tail or ''}"
    return "\n\n".join(_folded(str(root.text_content()).split("\n\n")))


_TOML = re.compile(r"\+{3}[ \t]*\n(.*?)^\+{3}[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_COLON_IN_VALUE = re.compile(r"^(\w+:[ \t]+)([^\s\"'\[{>|&*!#][^\n]*?:[ \t][^\n]*)$", re.MULTILINE)


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
        try:
            values = handler.load(above)
        except YAMLError:
            quoted = _quoted(above)
            values = handler.load(above if quoted == above else quoted)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ArticleError(f"its front matter is not valid YAML{line}; mend it") from error
    except ValueError as error:  # no closing line, or a date such as 2014-02-31
        if text.count("\n---") == 0:
            return {}, text
        raise ArticleError(f"its front matter has a wrong value: {error}") from error
    return (values, body) if isinstance(values, dict) else ({}, text)


def _quoted(above: str) -> str:
    """Quote values with a colon in them, which people write into titles and YAML does not take."""
    return _COLON_IN_VALUE.sub(lambda line: line[1] + json.dumps(line[2].strip()), above)
