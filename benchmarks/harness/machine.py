"""Facts about the machine that a figure means little without."""

import os
import platform
import re

BUSY = 0.5


def read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ""


def facts():
    """The load is that before ./bench built anything, which it hands over in BENCH_LOAD."""
    cpu = re.search(r"^(?:model name|Model)\s*:\s*(.*)$", read("/proc/cpuinfo"), re.M)
    memory = re.search(r"^MemTotal:\s+(\d+)", read("/proc/meminfo"), re.M)
    return {
        "kernel": platform.release(),
        "cpu": cpu.group(1) if cpu else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(memory.group(1)) / 2**20, 1) if memory else None,
        "load": float(os.environ.get("BENCH_LOAD") or os.getloadavg()[0]),
    }


def warning(facts):
    if facts["load"] <= BUSY:
        return None
    return (
        f"the load average is {facts['load']}: something else is using this machine, and the figures will say "
        "more about it than about the overlays"
    )
