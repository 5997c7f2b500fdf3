"""Alarms posted to a webhook when they change. Nobody waits for it but a watch of one round."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

from verifier.commands.web import REQUEST_S_MAX, Web
from verifier.monitor.round import Round

FORMAT = "mingzhang alarms/v1"


class Teller:
    """Posts to one URL, one message at a time; what cannot be delivered is tried again in the next round."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._thread: Thread | None = None
        self._delivered: list[str] | None = None

    def tell(self, round_: Round, kept: Sequence[Path], *, wait: bool) -> None:
        """Post what a round found, unless just that was told before; `memory.told` says what was."""
        memory = round_.memory
        if self._thread is not None and self._thread.is_alive():
            return
        if self._delivered is not None:
            memory.told, self._delivered = self._delivered, None
        now = sorted([*(alarm.key for alarm in round_.alarms), *(f"evidence {path.name}" for path in kept)])
        if now == memory.told:
            return
        names = [path.name for path in kept]
        value = {**tell_value(round_, names), "over": sorted(set(memory.told) - set(now))}
        data = json.dumps(value, ensure_ascii=True, sort_keys=True).encode("ascii")
        self._thread = Thread(target=self._post, args=(data, now), daemon=True)
        self._thread.start()
        if wait:
            self._thread.join(2 * REQUEST_S_MAX)
            if self._delivered is not None:
                memory.told, self._delivered = self._delivered, None

    def _post(self, data: bytes, told: list[str]) -> None:
        self._web.begin_round()
        try:
            self._web.post(data)
        except OSError as error:
            print(f"mingzhang-verify: {error}; alarms are told again in the next round", file=sys.stderr)
        else:
            self._delivered = told


def tell_value(round_: Round, evidence: Sequence[str]) -> dict[str, Any]:
    """A round as JSON: members are added, and never change their meaning."""
    believed = round_.memory.believed
    return {
        "alarms": [
            {"about": alarm.about, "message": alarm.message, "name": alarm.name, "weight": alarm.weight.name.lower()}
            for alarm in round_.alarms
        ],
        "evidence": list(evidence),
        "format": FORMAT,
        "nodes": [{"age_s": one.age_s, "size": one.size, "url": one.where} for one in round_.shown],
        "origin": round_.memory.origin,
        "size": None if believed is None else believed.head.size,
        "time_unix_s": round_.now_unix_s,
    }
