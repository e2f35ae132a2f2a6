"""What the Python peers of benchmarks by tasks have in common: how they time, what they print (see bench/rounds)."""

import json
import statistics
import time

WARM_UPS = 2


def time_task(run, repetitions):
    """Medians in ms by the clock and of the processor; what `run` returned last is the check."""
    clock, cpu, check = [], [], None
    for i in range(WARM_UPS + repetitions):
        start, cpu_start = time.perf_counter(), time.process_time()
        check = run()
        if i < WARM_UPS:
            continue
        clock.append(1e3 * (time.perf_counter() - start))
        cpu.append(1e3 * (time.process_time() - cpu_start))
    return {"ms": statistics.median(clock), "cpuMs": statistics.median(cpu), "check": check}


def answer(engine, tasks):
    print(json.dumps({"engine": engine, "tasks": tasks}))
