"""Looking after a library: checking, mending, backing up, joining copies."""
