"""Result tables: published counts and filters in, long tidy tables out, one module a measure.

Every table has the columns of `RESULT_COLUMNS` around its own group and count columns; suppression, "too few
to say" and "not mature yet" are notes in the table, so that neither a page nor a report can forget them.
"""
