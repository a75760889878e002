"""Models in SQL: one SELECT a file, one clinical idea a table, run in the order that FROM clauses ask for."""
