"""The three panes of the reader."""
