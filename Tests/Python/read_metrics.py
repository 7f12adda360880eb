"""Reads an exposition from standard input with Prometheus's own parser, and holds it to the rules
that the parser leaves to its reader; prints the names of the families."""

import math
import sys

from prometheus_client.parser import text_string_to_metric_families

seen = set()
for family in text_string_to_metric_families(sys.stdin.read()):
    name = family.name + ("_total" if family.type == "counter" else "")
    assert family.type in ("counter", "gauge", "histogram"), name
    assert family.documentation, f"{name} has no help"
    assert name not in seen, f"{name} comes twice"
    seen.add(name)
    series = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in family.samples]
    assert len(series) == len(set(series)), f"{name} has a series twice"
    for sample in family.samples:
        assert not math.isnan(sample.value), name
        assert family.type == "gauge" or sample.value >= 0, name
    if family.type == "histogram":
        buckets = [s for s in family.samples if s.name == f"{name}_bucket"]
        bounds = [float(s.labels["le"]) for s in buckets]
        counts = [s.value for s in buckets]
        total = [s.value for s in family.samples if s.name == f"{name}_count"]
        assert bounds == sorted(bounds) and bounds[-1] == math.inf, name
        assert counts == sorted(counts) and [counts[-1]] == total, name
        assert sum(s.name == f"{name}_sum" for s in family.samples) == 1, name
    print(name)
