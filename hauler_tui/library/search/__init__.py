"""The disposable index, and the questions it answers."""
