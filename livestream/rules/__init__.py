"""Pure decisions and refusals of the livestream."""
