"""`dateline eval`: the command's flow, its tables in the terminal and its HTML page."""
