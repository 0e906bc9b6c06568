"""A cold command pays for nothing that it does not use."""

import subprocess
import sys
from pathlib import Path

ASK = """
import sys
from bot.cli import _exit_code
code = _exit_code(["ask", "How long was it shut?", "--json", "--index", {index!r}])
unused = {{"discord", "prompt_toolkit", "trafilatura", "pypdf", "langchain"}}
print(code, sorted(unused & set(sys.modules)), file=sys.stderr)
"""


def test_an_answer_as_json_loads_neither_discord_nor_the_terminal(tmp_path: Path) -> None:
    script = ASK.format(index=str(tmp_path / "index"))
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.stdout.startswith("{")
    assert done.stderr == "0 []\n"
