"""A whole log judged again: read ahead in parallel, state in memory or in files, samples of its money."""
