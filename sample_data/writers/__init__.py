"""One invented program of sixty courses, written in every format that an import reads."""
