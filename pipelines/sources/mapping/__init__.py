"""The mapping: what each column of a spreadsheet means, read from TOML and checked."""
