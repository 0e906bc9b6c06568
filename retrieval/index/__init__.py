"""What is held and searched: passages in Chroma and in a word index, one revision at a time."""
