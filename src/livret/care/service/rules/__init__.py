"""What follows from a notice, from a complaint and from an operation asked for: pure."""
