"""Installing a distribution as an administrator would, into a directory of its own."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
YANGLI = HERE / "caserisk-yangli"
"""The made-up city, 371600."""


def install(distribution: Path, site: Path) -> None:
    """Build and install a distribution; what is in the environment already is not looked at."""
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *quiet, "--target", str(site), str(distribution)], check=True)
