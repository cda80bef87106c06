"""The data plane: from a slate table to counts of queries, impressions and clicks."""
