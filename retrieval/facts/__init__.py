"""Numbers, dates, names and denials in a text: what can be checked without understanding it."""
