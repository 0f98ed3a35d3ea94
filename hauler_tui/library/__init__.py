"""The person's library on disk: nothing in it is ever lost, nothing waits for it."""
