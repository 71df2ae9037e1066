"""Runs a command and prints its most resident memory in MiB.

A small process of its own: on Linux a program inherits the peak of whoever started it.
"""
import os
import subprocess
import sys

process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
