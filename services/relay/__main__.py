"""Run the relay: it tells the feed what was recorded."""

import os
import sys

from services.relay.service import serve
from shared.hosting.process import run_service

if __name__ == "__main__":
    sys.exit(run_service(lambda stop: serve(os.environ, stop), os.environ, "relay"))
