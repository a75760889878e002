"""REDCap exports: records, events and repeating instances become virtual tables, one an instrument (form)."""
