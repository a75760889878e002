"""Any spreadsheet through a mapping: its lines read, timed and landed like every other source."""
