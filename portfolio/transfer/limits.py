"""How much an import takes in, and what its reader may use of the machine."""

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
# Longest cell kept, in characters; Excel's own limit is 32,767.
MOST_CHARACTERS = 200_000
# Unpacked size of a workbook, in bytes: a small file may hide a large one.
MOST_UNPACKED = 600 * 1024 * 1024
CHILD_MEMORY = 1_536 * 1024 * 1024
CHILD_CPU_SECONDS = 90
CHILD_WALL_SECONDS = 120
