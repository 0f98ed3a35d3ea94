"""The issue as a Markdown file: parsed without loss, compiled, rendered."""
