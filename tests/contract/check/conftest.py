"""Where Node.js is absent, the test of a mock server from npm is not there."""

import subprocess
from pathlib import Path

HAS_NODE = Path(__file__).parents[3] / "scripts" / "has-node"

collect_ignore = [] if subprocess.run([HAS_NODE]).returncode == 0 else ["test_prism.py"]
