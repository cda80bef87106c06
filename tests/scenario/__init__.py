"""The reading of a scenario: units, lines, texts, plug-ins, cross-checks and logs."""
