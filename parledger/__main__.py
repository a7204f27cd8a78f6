"""`python -m parledger`: the command line."""

import sys

from parledger.cli import main

if __name__ == "__main__":
    sys.exit(main())
