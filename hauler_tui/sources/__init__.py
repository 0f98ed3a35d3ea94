"""Everything that comes from outside: fetching, parsing, and what each site means by its fields."""
