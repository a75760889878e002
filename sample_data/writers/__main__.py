"""`python -m sample_data.writers` writes the program again, in every format; mappings beside the files are kept."""

from sample_data.writers.formats import PROGRAM_FOLDER, WRITERS
from sample_data.writers.program import program

for name, write in WRITERS.items():
    folder = PROGRAM_FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, program())
