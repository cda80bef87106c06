"""A team and its model: what it collects, has labelled, finds wrong, mends, deploys and watches."""
