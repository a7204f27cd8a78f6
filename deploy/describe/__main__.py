"""`python -m deploy.describe [FOLDER]`: write the described pages, by default under docs/."""

import sys
from pathlib import Path

from deploy.describe.pages import write

if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
