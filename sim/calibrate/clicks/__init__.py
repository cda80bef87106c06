"""Click models of result pages: how people go down a page, and what that says of pages to come."""
