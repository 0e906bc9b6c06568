"""The measures of an evaluation, each by the name that its table gives it."""
