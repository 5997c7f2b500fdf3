"""Terms as data and what comes of them: clauses, formulas, deadlines, working days."""
