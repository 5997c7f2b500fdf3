"""`mingzhang demo`: options that do not go together are refused before anything is made."""

import argparse

import pytest

from node.commands import demo
from node.errors import StartError


@pytest.mark.parametrize("options, message", [
    pytest.param(["--programme", "yymz", "--reading", "invested_is_gifts"],
                 r"^--reading: expected with --programme dlz, got yymz", id="a-reading-of-another-programme"),
    pytest.param(["--programme", "snow", "--scale", "20"],
                 r"^--scale: expected with --programme yymz, got snow", id="a-scale-of-another-programme"),
    pytest.param(["--programme", "yymz", "--scale", "0"], r"^--scale: expected 1 or more, got 0", id="no-claim-at-all"),
])
def test_options_that_do_not_go_together(options, message, tmp_path):
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    arguments = parser.parse_args([*options, "--dir", str(tmp_path / "demo")])
    with pytest.raises(StartError, match=message):
        demo.run(arguments)
    assert not (tmp_path / "demo").exists()
