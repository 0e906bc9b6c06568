"""Questions about the articles themselves: what is asked, of which articles, what is known."""
