"""The reader: the only part that draws."""
