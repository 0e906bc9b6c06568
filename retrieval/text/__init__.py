"""Words, sentences, dates, numbers and names of a text: what can be read without understanding it."""
