"""What another policy would have got, told from a log that knows how likely each of its choices was."""
