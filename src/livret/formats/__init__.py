"""Official files in and out, pure: bytes <-> typed values, with findings that name line and column."""
