"""A cold command pays for nothing that it does not use."""

import subprocess
import sys

from retrieval.index.library import Library

ASK = """
import sys
from bot.cli import run
try:
    run()
finally:
    unused = {"discord", "prompt_toolkit", "trafilatura", "pdfminer", "langchain"}
    print(sorted(unused & set(sys.modules)), file=sys.stderr)
"""


def test_an_answer_as_json_loads_neither_discord_nor_the_terminal(seed_library: Library) -> None:
    ask = [sys.executable, "-c", ASK, "ask", "How long was it shut?", "--json"]
    ask += ["--index", str(seed_library.settings.index)]

    done = subprocess.run(ask, capture_output=True, text=True)

    assert done.stdout.startswith("{")
    assert done.stderr == "[]\n"
