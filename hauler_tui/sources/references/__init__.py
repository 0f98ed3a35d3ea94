"""What reference managers and browsers keep, read as entries with tags and notes."""
