"""Everything between article files and a cited answer; synchronous, silent, free of globals."""
