"""What the log says where nobody asked for more: our own warnings, and others' errors."""

import subprocess
import sys
from pathlib import Path

import pytest

LOGGED = """
import logging
import sys
from bot.cli import exit_code

exit_code([*sys.argv[1:], "feedback", "export"])
for name in ("bot.discord.error_replies", "chromadb.api", "httpx"):
    for level in ("error", "warning", "info"):
        getattr(logging.getLogger(name), level)("told as %s", level)
"""


@pytest.mark.parametrize(
    ("options", "ours", "others", "requests"),
    [
        ([], ["error", "warning"], ["error"], ["error"]),
        (
            ["-v"],
            ["error", "warning", "info"],
            ["error", "warning", "info"],
            ["error", "warning"],  # one for each request to Chroma or a model would drown the rest
        ),
    ],
    ids=["quiet", "verbose"],
)
def test_our_warnings_are_told_and_of_other_packages_errors_alone(
    tmp_path: Path, options: list[str], ours: list[str], others: list[str], requests: list[str]
) -> None:
    root = Path(__file__).parents[2]

    done = subprocess.run(
        [sys.executable, "-c", LOGGED, *options],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
    )

    assert done.stderr.splitlines() == [
        f"{level.upper()} {name}: told as {level}"
        for name, levels in (
            ("bot.discord.error_replies", ours),
            ("chromadb.api", others),
            ("httpx", requests),
        )
        for level in levels
    ]
