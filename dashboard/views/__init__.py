"""The pages: one short file each, query -> figure -> words."""
