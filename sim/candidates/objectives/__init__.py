"""What a candidate optimises: one class for each built-in objective."""
