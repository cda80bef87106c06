"""From a real log to a world, and from its past to its future: reading, fitting, matching, predicting."""
