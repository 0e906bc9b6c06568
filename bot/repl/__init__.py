"""`dateline repl`: chat in the terminal."""
