"""The quarterly pack: what it says, and each of the formats that it is written in."""
