"""What keeps patients unknown: dates become minutes in memory, record numbers become random pseudonyms."""
