"""Words, sentences, dates, numbers and names of a text: what is read without understanding it."""
