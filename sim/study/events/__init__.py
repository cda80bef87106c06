"""The event log: one row for each ad shown, in Parquet files."""
