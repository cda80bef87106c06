"""What a user's part must do, as checks that can be run on it: `foreshow check module:Class`."""
