"""Sources that carry dates and record numbers: what their readers find, by patient, becomes rows without either."""
