"""The figures of a pack as SVG: each draws the rows of one released table, and nothing else.

matplotlib is imported when the first figure is drawn, for that takes longer than most commands.
"""
