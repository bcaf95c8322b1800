"""Every read of the livestream."""
