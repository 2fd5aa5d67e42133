"""The runner's command line: `python -m oncall_portal.runner up`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from oncall_portal.lib import env
from oncall_portal.runner.errors import RunnerError
from oncall_portal.runner.supervisor import Supervisor

BASE = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run the portal until it is told to stop; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m oncall_portal.runner")
    parser.add_argument("command", choices=["up"], help="start everything and keep it running")
    parser.parse_args()
    try:
        Supervisor(BASE, env.given(os.environ, BASE)).run()
    except env.ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return env.EXIT_CODE
    except RunnerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        place = error.filename or BASE
        sys.stderr.write(f"{place}: {error.strerror}; make it a place that can be written to.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
