"""What a feed, an item, a note and an issue are: values and pure functions, stdlib only."""
