"""A query string in, hits and facets out."""
