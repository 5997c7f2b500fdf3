"""One thing is one thing, and all other numbers of it are things."""

import pytest

from node.counted import Counted


@pytest.mark.parametrize(("number", "sentence", "told"), [
    pytest.param(0, "{n:problem}", "0 problems", id="none"),
    pytest.param(1, "{n:problem}", "1 problem", id="one"),
    pytest.param(2, "{n:problem}", "2 problems", id="two"),
    pytest.param(1200, "{n:working day}", "1,200 working days", id="many"),
    pytest.param(1, "{n:batch|batches}", "1 batch", id="one-of-an-own-plural"),
    pytest.param(3, "{n:batch|batches}", "3 batches", id="an-own-plural"),
    pytest.param(1200, "{n:,} 批", "1,200 批", id="a-format-of-numbers"),
    pytest.param(7, "{n} 批", "7 批", id="the-number-alone"),
])  # fmt: skip
def test_counted(number, sentence, told):
    assert sentence.format(n=Counted(number)) == told
