"""Hostile input for every parser of the verifier (F38 to F46, P9).

    targets.py     the table: name, seeds, oracle, how inputs are made
    oracle.py      what every input has to satisfy, whatever it is
    edits.py       small lies told to a JSON document, drawn from bytes or from a generator
    fuzz_one.py    one target under atheris, guided by coverage
    __main__.py    `python -m tests.fuzz`: targets one after another, the numbers into docs/EVIDENCE.md
    keep.py        the fewest inputs that reach all that a run reached, into corpus/
    corpus/        what is worth trying again, replayed by test_targets.py without atheris
"""
