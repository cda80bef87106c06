"""The decision: from what a candidate offers to the table of what each cell shows."""
