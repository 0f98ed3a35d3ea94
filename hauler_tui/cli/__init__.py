"""The command line: every verb of the reader, for scripts and for hands."""
