"""What is done to Dateline on purpose, and the scoreboard of what came of it: `make torture`."""
