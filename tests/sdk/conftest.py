"""Where Node.js is absent, the tests of the TypeScript SDK are not there."""

import subprocess
from pathlib import Path

HAS_NODE = Path(__file__).parents[2] / "scripts" / "has-node"

collect_ignore = [] if subprocess.run([HAS_NODE]).returncode == 0 else ["test_composio_node.py"]
