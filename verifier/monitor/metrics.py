"""A round of a monitor as metrics, in the text format of Prometheus (0.0.4), for a collector that reads files."""

from verifier.monitor.alarm import WEIGHTS, Weight
from verifier.monitor.round import Round

PREFIX = "mingzhang_monitor"


def format_metrics(round_: Round, *, evidence_files: int) -> bytes:
    """Format what a round found. Labels name parties, programmes and URLs, never persons."""
    memory = round_.memory
    believed, published = memory.believed, memory.published
    lines: list[str] = []

    def add(name: str, about: str, rows: list[tuple[dict[str, str], int]]) -> None:
        lines.append(f"# HELP {PREFIX}_{name} {about}")
        lines.append(f"# TYPE {PREFIX}_{name} gauge")
        lines.extend(f"{PREFIX}_{name}{_labels(labels)} {value}" for labels, value in rows)

    add("last_round_unix_seconds", "When the last round ended.", [({}, round_.now_unix_s)])
    add("evidence_files", "Files of evidence that are kept.", [({}, evidence_files)])
    counts = {name: sum(alarm.name == name for alarm in round_.alarms) for name in WEIGHTS}
    add("alarms", "Alarms by name; weight proven means that something is proven wrong.", [
        ({"name": name, "weight": "proven" if WEIGHTS[name] is Weight.PROVEN else "unknown"}, count)
        for name, count in counts.items()
    ])  # fmt: skip
    if believed is not None:
        add("tree_size", "Leaves of the newest final head that continues all before it.", [({}, believed.head.size)])
    add("head_fresh", "Whether anybody cosigned that head lately.", [({}, int(round_.fresh))])
    add("leaves_read", "Leaves whose publications were looked at.", [({}, published.size)])
    if published.balance is not None:
        time = published.balance_unix_ms // 1000
        add("balance_unix_seconds", "When the newest trial balance was stamped.", [({}, time)])
    add("figure_unix_seconds", "When the newest figure of a programme was stamped.", [
        ({"programme": programme}, time // 1000) for programme, time in sorted(published.figures.items())
    ])  # fmt: skip
    add("figures_flagged", "Figures in notices that the books do not support.", [({}, published.flags)])
    add("cosigned_unix_seconds", "The time of the newest cosignature of an organisation.", [
        ({"party": heard.name}, heard.time_unix_s) for heard in memory.heard
    ])  # fmt: skip
    add("node_up", "Whether a node shows a final head.", [
        ({"node": one.where}, int(one.size is not None)) for one in round_.shown
    ])  # fmt: skip
    add("node_tree_size", "Leaves of the final head that a node shows.", [
        ({"node": one.where}, one.size) for one in round_.shown if one.size is not None
    ])  # fmt: skip
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
