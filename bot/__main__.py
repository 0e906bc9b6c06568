"""`python -m bot` is the same as `dateline`."""

from bot.cli import run

if __name__ == "__main__":
    run()
