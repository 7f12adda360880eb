"""The question of PolicyBenchmark, put to Cedar through cedarpy."""
import time

import cedarpy


def policies(count):
    rules = ["permit(principal, action, resource);"]
    for number in range(count):
        rules.append(
            "forbid(principal, action, resource) when "
            f'{{ context.path like "/area-{number}/*" && context.aal != "aal2" }};'
        )
    return "\n".join(rules)


def median_cost(text, path, calls, rounds=9):
    request = {
        "principal": 'User::"0b9a3c1e"',
        "action": 'Action::"POST"',
        "resource": 'App::"app"',
        "context": {"path": path, "aal": "aal2"},
    }
    entities = cedarpy.Entities.from_json_str("[]") if hasattr(cedarpy.Entities, "from_json_str") else "[]"
    parsed = cedarpy.PolicySet.from_str(text)
    samples = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(calls):
            result = cedarpy.is_authorized(request, parsed, entities)
            assert result.allowed
        samples.append((time.process_time() - start) / calls * 1e6)
    return sorted(samples)[rounds // 2]


one = median_cost("permit(principal, action, resource);", "/area-50/items/17", 300)
hundred = median_cost(policies(100), "/area-50/items/17", 100)
print(f"cedarpy, 100 policies: {hundred:.1f} µs; one policy that asks nothing: {one:.1f} µs")
