"""Runs every measurement and writes the tables into docs/understanding.md."""

import sys

from benchmarks.report import write_section


def main() -> None:
    """`python -m benchmarks [accuracy] [speed]`; both when none is named."""
    wanted = sys.argv[1:] or ["accuracy", "speed"]
    if "accuracy" in wanted:
        from benchmarks.accuracy import measure

        write_section("accuracy", measure())
    if "speed" in wanted:
        from benchmarks.speed import measure as measure_speed

        write_section("speed", measure_speed())


main()
