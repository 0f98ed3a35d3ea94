"""TinyDB on files that survive: a journal for what is precious, logs for what is large."""
