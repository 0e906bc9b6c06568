"""What the questions of a server tell its owner, as a page and as a table for a spreadsheet."""

import csv
import io

from bot.discord.messages.answer_pages import QUESTION_CHARS, Page
from bot.discord.messages.markdown import escape, one_line
from bot.discord.storage.insights import LEAST_PEOPLE, Insights

_DAYS_SHOWN = 7
_PERCENT = 100
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")
"""A spreadsheet would calculate what starts so."""


def insights_page(found: Insights, since: str) -> Page:
    """Show it at a glance; `since` is markdown and says from when on it counts."""
    share = round(_PERCENT * found.refused / found.asked) if found.asked else 0
    days = [f"- {day}: {count}" for day, count in found.days[-_DAYS_SHOWN:]]
    vain = [f"- {_line(text)} · {people} members" for text, people in found.in_vain]
    cited = [f"- {_line(title)} · {often}" for title, often in found.cited]
    blocks = [
        f"**Questions** {found.asked}, of which {found.refused} refused ({share} %)",
        "\n".join(days),
        "\n".join(["**Asked in vain**", *(vain or ["nothing, by as many"])]),
        "\n".join(["**Most cited**", *cited]) if cited else "",
    ]
    foot = (
        f"-# Counted since {since}. Questions are shown only if {LEAST_PEOPLE} or more members"
        " asked them in public in nearly the same words."
    )
    return Page(blocks=tuple(block for block in blocks if block), foot=foot)


def insights_csv(found: Insights) -> str:
    """Give it as a table: kind, what, count."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("kind", "what", "count"))
    table.writerows(("questions", day, count) for day, count in found.days)
    table.writerow(("refused", "", found.refused))
    table.writerows(("asked in vain", _cell(text), people) for text, people in found.in_vain)
    table.writerows(("cited", _cell(title), often) for title, often in found.cited)
    return out.getvalue()


def _line(text: str) -> str:
    return escape(one_line(text, QUESTION_CHARS // 2))


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
