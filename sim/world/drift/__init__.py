"""How the world changes while it is played: one small class for each kind of change."""
