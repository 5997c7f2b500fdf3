"""Sentences on a screen: no line is too wide, nothing is lost, and Chinese does not break before a mark or a unit."""

import pytest
from rich.cells import cell_len

from node.demo.screen import wrap

CHINESE = "若指捐款，则每捐 100.00 元，62.44 元已赔付给患者；按“先进先出”规则（见条款）归属。"


@pytest.mark.parametrize("cells", [12, 20, 37, 118])
@pytest.mark.parametrize("sentence", [
    pytest.param("As of 2019-11-30, of each 100.00 yuan 62.44 were paid.", id="english"),
    pytest.param(CHINESE, id="chinese"),
])  # fmt: skip
def test_each_line_fits_and_nothing_is_lost(sentence, cells):
    lines = wrap(sentence, cells=cells)
    assert all(0 < cell_len(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == sentence.replace(" ", "")


def test_chinese_breaks_where_a_typesetter_would():
    for cells in range(12, 60):
        for line in wrap(CHINESE, cells=cells):
            assert line[0] not in "，。；”）元" and line[-1] not in "“（"


def test_a_word_that_is_too_wide_stands_alone():
    assert wrap("a 12345678 b", cells=4) == ["a", "12345678", "b"]
