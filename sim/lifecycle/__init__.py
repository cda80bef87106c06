"""The control plane: what happens when, and what it changes."""
