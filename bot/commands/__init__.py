"""The subcommands of `dateline`, a module each; a module's `command` is what the group calls."""
