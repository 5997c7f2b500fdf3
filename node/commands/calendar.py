"""`mingzhang calendar`: print the members of a `calendar` entry for a year, from China's published holidays."""

import argparse
import json
import sys
from datetime import date, timedelta
from typing import Any

from node.errors import NodeError

YEARS = range(2004, 2027)
_SATURDAY = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `calendar`."""
    parser.add_argument("year", type=int, metavar="YEAR", help=f"{YEARS[0]} to {YEARS[-1]}")
    parser.add_argument("--name", default="cn", metavar="WORD", help="the calendar's name in terms (default: cn)")


def run(arguments: argparse.Namespace) -> int:
    """Print the members."""
    json.dump(calendar_year(arguments.year, name=arguments.name), sys.stdout, sort_keys=True)
    print()
    return 0


def calendar_year(year: int, *, name: str) -> dict[str, Any]:
    """The members of a `calendar` entry: weekdays without work, and weekends that are worked.

    Raises:
        NodeError: the holidays of the year are not known here.
    """
    if year not in YEARS:
        raise NodeError(
            f"expected a year from {YEARS[0]} to {YEARS[-1]}, got {year}",
            next_step="A later year comes with a newer version of chinesecalendar. Until then write days_off and "
            "work_days by hand, from the notice that the State Council publishes.",
        )
    # Imported where it is used: it is a large table, and no node needs it.
    from chinese_calendar import is_workday

    first = date(year, 1, 1)
    days = [first + timedelta(days=past) for past in range((date(year + 1, 1, 1) - first).days)]
    return {
        "days_off": [str(day) for day in days if day.weekday() < _SATURDAY and not is_workday(day)],
        "name": name,
        "work_days": [str(day) for day in days if day.weekday() >= _SATURDAY and is_workday(day)],
        "year": year,
    }
