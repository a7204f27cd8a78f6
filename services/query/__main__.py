"""`python -m services.query`: GraphQL and files, until it is told to end."""

import os
import sys

from services.query.service import serve
from shared.hosting.process import run_service

if __name__ == "__main__":
    sys.exit(run_service(lambda stop: serve(os.environ, stop), os.environ, "query"))
