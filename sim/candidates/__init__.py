"""What is tried: models, features, objectives and fixed rules. Nothing here can reach the truth."""
