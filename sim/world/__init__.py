"""What is true: frozen arrays of one replication, and how they drift."""
