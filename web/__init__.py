"""Pages and JSON over an open archive."""
