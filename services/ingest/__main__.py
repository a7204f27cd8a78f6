"""Run the ingest service: it answers what units emit, and the broker's questions who a client is."""

import os
import sys

from services.ingest.service import serve
from shared.hosting.process import run_service

if __name__ == "__main__":
    sys.exit(run_service(lambda stop: serve(os.environ, stop), os.environ, "ingest"))
