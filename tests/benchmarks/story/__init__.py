"""The story of a team and its model, told ten times and once more for each cause that is taken out of it."""
