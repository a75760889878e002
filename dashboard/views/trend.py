"""Trend: does the program vary as it always has?"""

from dashboard.views.plain import Part, plain_page
from pipelines.words.trend import trend_definition, trend_numbers, trend_statement

plain_page([Part("trend", "", trend_statement, trend_numbers)], trend_definition)
