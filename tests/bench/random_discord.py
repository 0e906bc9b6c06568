"""Plays 500 random actions of six people on a network that fails now and then.

    uv run python -m tests.bench.random_discord [ACTIONS] [SEED]

The same seed plays the same story. It ends with 1 if an answer is lost or doubled, a message is
left waiting, somebody's private question is shown to others, or a message may ping.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.discord.story.random_actions import play


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("actions", type=int, nargs="?", default=500)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            story = asyncio.run(play(given.actions, given.seed, Path(folder)))
        except AssertionError as error:
            sys.exit(str(error))
    print(f"{len(story.asked)} questions, faults {dict(story.faults)}: all is as it must be")


if __name__ == "__main__":
    main()
