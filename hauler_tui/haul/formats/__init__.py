"""An issue in other forms than its Markdown file; each form is one function of an ``Issue``."""
