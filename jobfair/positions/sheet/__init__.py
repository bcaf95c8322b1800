"""Reading the sheets employers really send: pure, no queries, nothing guessed."""
