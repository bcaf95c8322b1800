"""Load and authorise in one call. Missing and forbidden look the same."""
