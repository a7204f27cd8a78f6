"""Run the appraisal service: it answers what registrars, councils and chairs emit."""

import os
import sys

from services.appraisal.service import serve
from shared.hosting.process import run_service

if __name__ == "__main__":
    sys.exit(run_service(lambda stop: serve(os.environ, stop), os.environ, "appraisal"))
