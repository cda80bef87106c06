"""How like its log a calibrated world is, by figures that were not fitted."""
