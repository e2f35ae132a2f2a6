"""What the Python peers of bench/nets.ts have in common: the job they read, how they time, what they print."""

import json
import statistics
import sys
import time

BATCH, LOOKBACK, FEATURES, CLASSES = 256, 60, 50, 3
WARM_UP = 3
MIN_STEPS = 5
ONE, MANY = 1, 1024


def read_job():
    """{mode: step | predict, family, form, steps, seconds, threads}"""
    return json.loads(sys.argv[1])


def times(run, steps, seconds):
    """Medians by the clock and of the processor, in ms, of so many runs or of what so many seconds hold, and the first."""
    clock, cpu = [], []
    ends = None
    while len(clock) < WARM_UP + steps:
        if ends is not None and time.perf_counter() > ends and len(clock) >= WARM_UP + MIN_STEPS:
            break
        start, cpu_start = time.perf_counter(), time.process_time()
        run()
        clock.append(1e3 * (time.perf_counter() - start))
        cpu.append(1e3 * (time.process_time() - cpu_start))
        if len(clock) == WARM_UP:
            ends = time.perf_counter() + seconds
    median = {"ms": statistics.median(clock[WARM_UP:]), "cpuMs": statistics.median(cpu[WARM_UP:])}
    return median, {"ms": clock[0], "cpuMs": cpu[0]}


def memory_mb():
    """Resident now and at most so far; None where the system does not tell."""
    try:
        with open("/proc/self/status") as file:
            fields = dict(line.split(":", 1) for line in file)
        return tuple(int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    except OSError:
        return None, None


def measure(job, engine, build):
    """`build(job)` gives the parameters' number, a training step and a function that gives a prediction of N windows."""
    base, _ = memory_mb()
    start, cpu_start = time.perf_counter(), time.process_time()
    parameters, train, predictor = build(job)
    built = {"ms": 1e3 * (time.perf_counter() - start), "cpuMs": 1e3 * (time.process_time() - cpu_start)}
    facts = {"engine": engine, "parameters": parameters, "baseMb": base}
    if job["mode"] == "step":
        facts["step"], first = times(train, job["steps"], job["seconds"])
        facts["start"] = {name: built[name] + first[name] for name in built}
    else:
        facts["one"], _ = times(predictor(ONE), 8 * job["steps"], job["seconds"])
        facts["many"], _ = times(predictor(MANY), job["steps"], job["seconds"])
    facts["peakMb"] = memory_mb()[1]
    print(json.dumps(facts))
