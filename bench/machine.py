"""What stands beside every figure: the machine, its load, and how fast it is just now."""

import os
import platform
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """Commit, processor, load average and the calibration loop's time."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "commit": commit.stdout.strip() or None,
        "python": platform.python_version(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": [round(each, 2) for each in os.getloadavg()],
        "calibration_ms": round(calibration_ms(), 1),
    }


def calibration_ms() -> float:
    """Median of 5 runs of a fixed loop of pure Python; compare times only beside equal ones."""

    def loop() -> float:
        began = time.perf_counter()
        total = 0
        for number in range(2_000_000):
            total += number & 7
        return (time.perf_counter() - began) * 1000

    return statistics.median(loop() for _ in range(5))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()
