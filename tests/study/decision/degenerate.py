"""Figures that no formula was made for."""

import numpy as np

ONE = np.array([[1.0, 2.0, 3.0]])  # one replication of three candidates
STILL = np.full((6, 3), 0.1)  # nothing varies
MOVING = np.array([[1.0, 2.0, 0.5], [1.5, 2.5, 0.0], [0.5, 2.1, 0.7], [1.2, 2.9, 0.1], [0.9, 2.2, 0.3], [1.1, 2.4, 0.2]])
HOLED = np.where(np.arange(3) == 1, np.nan, MOVING)  # the second candidate has no figures
