"""The ways people reach Dateline: commands, REPL and Discord; all output and async code."""
