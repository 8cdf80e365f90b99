#!/usr/bin/env bash
# Finding: a decision object of a rule engine is slower than asking the engine by name, by far.
#
# zen-engine 2.1.3 (GoRules, Python). Its quick start makes `decision = engine.create_decision(graph)` once and then calls
# `decision.evaluate(...)`. One would guess that whoever holds the decision has the quicker way. Seen: each call costs over
# 10 times (here 35 times) the CPU time of `engine.evaluate("key", ...)` on an engine that was given the same graph by a
# static loader. It is no compiling at each call: an expression of 50 tests costs no more than one of 5.
# What it means for us: who compares speeds has to say by which of the two doors. Our measures print both, and hold
# themselves against the quick one.
#
# Run by hand. Ends with 1 where this is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$folder" zen-engine==2.1.3 2>/dev/null

PYTHONPATH="$folder" python3 - <<'PYTHON'
import json
import statistics
import sys
import time

import zen


def graph(tests):
    """One expression node that tells apart ages, by that many tests."""
    expression = " or ".join(f"(age > {n} and name != 'n{n}')" for n in range(tests))
    node = {
        "id": "n",
        "name": "n",
        "type": "expressionNode",
        "content": {"expressions": [{"id": "1", "key": "old", "value": expression}], "executionMode": "single"},
    }
    ends = [{"id": end, "name": end, "type": f"{end}putNode", "content": {}} for end in ("in", "out")]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "n"},
        {"id": "2", "type": "edge", "sourceId": "n", "targetId": "out"},
    ]
    return {"nodes": [*ends, node], "edges": edges}


def microseconds(ask):
    rounds = []
    for _ in range(15):
        began = time.process_time()
        for _ in range(200):
            ask()
        rounds.append((time.process_time() - began) / 200 * 1e6)
    return statistics.median(rounds)


facts = {"age": 3, "name": "made up"}
ratios = {}
for tests in (5, 50):
    made = graph(tests)
    decision = zen.ZenEngine().create_decision(json.dumps(made))
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"policy": made}}})
    assert decision.evaluate(facts)["result"] == engine.evaluate("policy", facts)["result"]
    by_decision = microseconds(lambda: decision.evaluate(facts))
    by_name = microseconds(lambda: engine.evaluate("policy", facts))
    ratios[tests] = by_decision / by_name
    print(f"{tests} tests: decision.evaluate {by_decision:.1f} us, engine.evaluate {by_name:.1f} us")
sys.exit(0 if min(ratios.values()) > 10 and ratios[50] < 2 * ratios[5] else 1)
PYTHON
