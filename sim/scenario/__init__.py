"""The file: from a text to one frozen scenario, every mistake told at once."""
