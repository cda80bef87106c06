"""The report of a comparison: a file for each section, made from the frozen result alone."""
