"""A cold command pays for nothing that it does not use."""

import subprocess
import sys
from pathlib import Path

ASK = """
import sys
from bot.cli import run
try:
    run()
finally:
    unused = {"discord", "prompt_toolkit", "trafilatura", "pdfminer", "langchain"}
    print(sorted(unused & set(sys.modules)), file=sys.stderr)
"""


def test_an_answer_as_json_loads_neither_discord_nor_the_terminal(tmp_path: Path) -> None:
    ask = [sys.executable, "-c", ASK, "ask", "How long was it shut?", "--json"]
    ask += ["--index", str(tmp_path / "index")]
    subprocess.run(ask, check=True, capture_output=True)

    done = subprocess.run(ask, capture_output=True, text=True)

    assert done.stdout.startswith("{")
    assert done.stderr == "[]\n"
