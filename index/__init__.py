"""Raw wire files in, an archive on disk out."""
