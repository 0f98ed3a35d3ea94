"""Read research feeds, keep notes, and publish what you found as a newsletter issue."""

__version__ = "0.1.0"
