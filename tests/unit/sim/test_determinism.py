"""One seed, one trace: also where Python salts its hashes anew in every process."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

DAY = """
import hashlib
from meshnode.sim.channel import Channel
from meshnode.sim.kernel import Kernel
from meshnode.sim.presets import PRESETS
from meshnode.sim.radio import VirtualRadio
from meshnode.sim.streams import stream
from meshnode.sim.topology import scattered

kernel = Kernel()
channel = Channel(kernel, PRESETS["MEDIUM_FAST"], seed=4)
names = [f"node {number}" for number in range(20)]
trace = hashlib.sha256()
radios = []
for number, name in enumerate(names, start=1):
    radio = VirtualRadio(channel, name=name, number=number, dice=stream(4, "radio", name))
    radio.on_receive = lambda payload, snr_db, name=name: trace.update(
        repr((kernel.now_ms, name, payload, snr_db)).encode()
    )
    radios.append(radio)
scattered(channel, names, width_m=2000, seed=4)
for number in range(200):
    radios[number % 20].send(bytes([number]) * 50, hop_limit=3)
    kernel.run_until(kernel.now_ms + 1500)
print(trace.hexdigest(), channel.counters)
"""


def test_the_trace_does_not_depend_on_the_salt_of_the_process() -> None:
    traces = set()
    for salt in ("0", "1", "random"):
        environment = {**os.environ, "PYTHONHASHSEED": salt, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", DAY], env=environment, capture_output=True, check=True, text=True
        )
        traces.add(done.stdout)
    (trace,) = traces
    assert "collided=0" not in trace
    assert "received=0" not in trace
