"""The machine, the compiler and the rates it can reach at best."""
import os
import pathlib
import platform
import subprocess
import sys

from harness.contestants import environment

PRODUCTS = """
import time
def best(multiply):
    rates = []
    for m, n, k in (2048, 2048, 2048), (256, 2048, 2048):
        product = multiply(m, n, k)
        product()
        for _ in range(6):
            start = time.perf_counter()
            product()
            rates.append(2e-9 * m * n * k / (time.perf_counter() - start))
    return max(rates)
"""
WITH_NUMPY = PRODUCTS + """
import numpy
def multiply(m, n, k):
    a, b = numpy.ones((m, k), numpy.float32), numpy.ones((k, n), numpy.float32)
    return lambda: a @ b
print(best(multiply))
"""
WITH_TORCH = PRODUCTS + """
import torch
torch.set_num_threads(int(torch.get_num_threads()))
def multiply(m, n, k):
    a, b = torch.ones(m, k), torch.ones(k, n)
    return lambda: torch.mm(a, b)
print(best(multiply))
"""


def product_rate(python, threads):
    """GFLOP/s of the best single-precision matrix product, of NumPy's and PyTorch's libraries."""
    rates = {}
    for name, program in (("NumPy", WITH_NUMPY), ("PyTorch", WITH_TORCH)):
        ran = subprocess.run([python, "-c", program], capture_output=True, text=True,
                             env=environment(threads))
        if ran.returncode == 0:
            rates[name] = float(ran.stdout)
    name = max(rates, key=rates.get)
    return {"rate": rates[name], "with": name}


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.partition("\n")[0]


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    facts = dict(map(str.strip, line.split(":", 1)) for line in lines if ":" in line)
    name = facts.get("model name", platform.processor())
    kind = f"family {facts.get('cpu family')}, model {facts.get('model')}"
    flags = facts.get("flags", "").split()
    widest = next((text for flag, text in (("avx512f", "AVX-512"), ("avx2", "AVX2"))
                   if flag in flags), "neither AVX2 nor AVX-512")
    return f"{name} ({kind}), {widest}"


def caches():
    sizes = []
    for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        if (index / "type").read_text().strip() != "Instruction":
            sizes.append(f"L{(index / 'level').read_text().strip()} {(index / 'size').read_text().strip()}")
    return ", ".join(sizes)


def build_flags(build):
    wanted = ("CMAKE_BUILD_TYPE", "CLINO_INSTRUCTION_SETS")
    lines = (build / "CMakeCache.txt").read_text().splitlines()
    values = dict(line.partition(":")[::2] for line in lines if line.partition(":")[0] in wanted)
    return ", ".join(f"{key}={value.partition('=')[2]}" for key, value in values.items())


def description(build, root, clino):
    commit = first_line("git", "-C", str(root), "describe", "--always", "--dirty")
    return [("processor", f"{processor()}; {os.cpu_count()} hardware threads; {caches()}"),
            ("system", f"{platform.system()} {platform.release()}, {platform.libc_ver()[0]} "
                       f"{platform.libc_ver()[1]}"),
            ("Clino", f"{clino}, commit {commit}, {build_flags(build)}"),
            ("Python", sys.version.split()[0])]
