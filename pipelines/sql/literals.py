"""Text inside SQL that cannot be a parameter: file names in FROM, COPY and ATTACH."""


def literal(text: str) -> str:
    """`text` as an SQL string, whatever quotation marks it holds."""
    return "'" + text.replace("'", "''") + "'"
