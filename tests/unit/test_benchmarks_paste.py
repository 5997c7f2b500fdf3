"""Results get into the page where they belong, and nothing else there changes."""

import pytest

from benchmarks.paste import PAGE, paste

SECTION = """# Benchmarks

### Receipts

One sentence.

```
$ make bench ARGS=receipts
a machine

receipts: Fast?

  1.00 old
```

Another sentence.

### Growth

```
$ make bench ARGS="growth --leaves 1000000"
growth: Slow?
```
"""
PRINTED = ".venv/bin/python -m benchmarks receipts\nanother machine\n\nreceipts: Fast?\n\n  2.00   limit: \\1 µs\n\n"


def test_results_replace_those_of_the_section_and_the_command_stays() -> None:
    assert paste(SECTION, PRINTED) == SECTION.replace("a machine", "another machine").replace(
        "  1.00 old", "  2.00   limit: \\1 µs")  # fmt: skip


def test_results_of_several_benchmarks_go_each_to_its_section() -> None:
    pasted = paste(SECTION, f"{PRINTED}growth: Slow?\n\n  3.00\n")
    assert "growth --leaves 1000000\"\nanother machine\n\ngrowth: Slow?\n\n  3.00\n```\n" in pasted
    assert pasted.count("another machine") == 2
    assert paste(pasted, PRINTED) == pasted


@pytest.mark.parametrize(("printed", "message"), [
    pytest.param("a machine\n", "got no result", id="nothing-printed"),
    pytest.param("a machine\n\nstore: Fast?\n", "store: expected a section '### Store'", id="no-section"),
])  # fmt: skip
def test_what_has_no_place_is_refused(printed: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        paste(SECTION, printed)


@pytest.mark.parametrize("name", ["receipts", "page"])
def test_each_benchmark_has_its_place(name: str) -> None:
    assert "\n  7.00 pasted\n```\n" in paste(PAGE.read_text("utf-8"), f"a machine\n\n{name}: Fast?\n\n  7.00 pasted\n")
