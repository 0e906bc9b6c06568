"""From a planned question to a cited answer; every quote is copied by code."""
