"""The figures of a real node, read by Prometheus's own parser.

    PARLEY=… python3 check_metrics.py
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "EndToEnd"))

from case_operation import get  # noqa: E402
from case_service import PASSWORD, API, serve_api  # noqa: E402
from parley import free_port, make_world  # noqa: E402
from prometheus_client.parser import text_string_to_metric_families  # noqa: E402


def fault_in(family):
    """Why a family is not in order, None where it is."""
    if family.type not in ("counter", "gauge", "histogram"):
        return f"its type is {family.type}"
    if family.name != "parley_series_dropped" and not family.documentation:
        return "it has no sentence"
    if family.type == "histogram":
        for count in (s for s in family.samples if s.name.endswith("_count")):
            buckets = [
                s.value for s in family.samples if s.name.endswith("_bucket")
                and {k: v for k, v in s.labels.items() if k != "le"} == count.labels]
            if buckets != sorted(buckets) or buckets[-1] != count.value:
                return f"its buckets do not add up: {buckets} against {count.value}"
    return None


def main():
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        world = make_world(folder / "w", parties=("us", "cn"))
        try:
            password = folder / "password"
            password.write_text(PASSWORD + "\n")
            world.said(
                "us", "user", "add", "boss", "--role", "administrator", "--password-file", password)
            metrics = free_port()
            port = serve_api(world, options=("--metrics", f"127.0.0.1:{metrics}"))
            API(port).sign_in("boss").done("GET", "/accounts")
            text = get(metrics, "/metrics")[1].decode()
            world.stop()
        finally:
            world.kill()
    families = list(text_string_to_metric_families(text))
    faults = [f"{one.name}: {fault}" for one in families if (fault := fault_in(one))]
    names = {one.name for one in families}
    wanted = {
        "parley_requests", "parley_request_seconds", "parley_outbox_statements", "parley_ready",
        "process_resident_memory_bytes"}
    if missing := wanted - names:
        faults.append(f"missing: {sorted(missing)}")
    for fault in faults:
        print(f"FAILED {fault}")
    if not faults:
        samples = sum(len(one.samples) for one in families)
        print(f"ok prometheus_client reads {len(families)} families, {samples} samples")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
