"""python -m geo COMMAND"""

import sys

from geo.allocator import few_arenas
from geo.cli import main

if __name__ == "__main__":
    few_arenas()
    sys.exit(main())
