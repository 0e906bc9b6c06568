"""Ways to write an answer from evidence; every quote is copied by code."""
