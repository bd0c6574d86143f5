"""Times functions against each other in one process."""

import statistics
import time


def settle():
    """Waits, at most 0.2 s, until no thread of this process runs: OpenBLAS's spin for some 30 ms after a product, on
    the processors that the next one would have."""
    for _ in range(100):
        before = time.process_time_ns()
        time.sleep(0.002)
        if time.process_time_ns() - before < 500_000:
            return


def medians(calls, rounds):
    """Median nanoseconds of each function, in interleaved rounds; one that is quick is repeated within a round."""
    repeats, spent = {}, {}
    for name, function in calls.items():
        function()
        started = time.perf_counter_ns()
        function()
        taken = time.perf_counter_ns() - started + 1
        repeats[name] = max(1, min(200, 400_000 // taken))
        spent[name] = taken * (repeats[name] + 1)
    # Slow calls get fewer rounds: a question takes two seconds at most, or seven rounds.
    total = sum(spent.values())
    rounds = max(min(rounds, 7), min(rounds, int(2e9 / total)))
    samples = {name: [] for name in calls}
    order = list(calls)
    for turn in range(rounds):
        for name in order[turn % len(order) :] + order[: turn % len(order)]:
            function, count = calls[name], repeats[name]
            settle()
            # Once beforehand, so that each finds the operands as its own call left them.
            function()
            started = time.perf_counter_ns()
            for _ in range(count):
                function()
            samples[name].append((time.perf_counter_ns() - started) / count)
    return {name: statistics.median(times) for name, times in samples.items()}
