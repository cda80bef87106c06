"""The small parts that screens are made of; each knows figures and glyphs, none knows a verdict."""
