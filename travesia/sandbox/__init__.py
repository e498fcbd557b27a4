"""Running something untrusted with nothing it was not given."""
