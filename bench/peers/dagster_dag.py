"""The same DAG on Dagster, with steps that compute nothing: what a step costs the orchestrator alone.

    python bench/peers/dagster_dag.py SYMBOLS in_process|multiprocess

Prints one JSON document: symbols, steps, seconds, seconds a step, peak resident memory of the process in MiB.
"""

import json
import resource
import sys
import tempfile
import time

from dagster import DagsterInstance, job, op, reconstructable

STAGES = ["ingest", "clean", "features", "labels", "splits", "train", "calibrate", "evaluate", "bundle", "record"]


def make_job(symbols: int):
    ops = {}

    def step(name: str, first: bool):
        if first:

            @op(name=name)
            def begin():
                return name

            return begin

        @op(name=name)
        def follow(before):
            return name

        return follow

    for index in range(symbols):
        for stage in STAGES:
            name = f"{stage}_{index}"
            ops[name] = step(name, stage == STAGES[0])

    @job(name="universe")
    def universe():
        for index in range(symbols):
            before = ops[f"{STAGES[0]}_{index}"]()
            for stage in STAGES[1:]:
                before = ops[f"{stage}_{index}"](before)

    return universe


def small_job():
    return make_job(int(sys.argv[1]))


def main() -> None:
    symbols, executor = int(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        with DagsterInstance.local_temp(folder) as instance:
            started = time.perf_counter()
            if executor == "in_process":
                result = make_job(symbols).execute_in_process(instance=instance)
            else:
                from dagster import execute_job

                result = execute_job(reconstructable(small_job), instance=instance)
            seconds = time.perf_counter() - started
            assert result.success
    steps = symbols * len(STAGES)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "executor": executor,
                "symbols": symbols,
                "steps": steps,
                "seconds": round(seconds, 2),
                "secondsAStep": round(seconds / steps, 4),
                "peakMiB": round(peak),
            }
        )
    )


if __name__ == "__main__":
    main()
