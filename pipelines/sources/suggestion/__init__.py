"""A first draft of a mapping, from the headers of a spreadsheet."""
