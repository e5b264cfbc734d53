"""python -m geo COMMAND"""

import sys

from geo.cli import main
from geo.keep.allocator import few_arenas

if __name__ == "__main__":
    few_arenas()
    sys.exit(main())
