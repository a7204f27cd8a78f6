"""Run scoring: it projects what was recorded to current and historical indices."""

import os
import sys

from services.scoring.service import serve
from shared.hosting.process import run_service

if __name__ == "__main__":
    sys.exit(run_service(lambda stop: serve(os.environ, stop), os.environ, "scoring"))
