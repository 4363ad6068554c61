"""Which people must prove more than a password."""

from __future__ import annotations


def must_have_second_factor(*, is_of_publisher: bool, is_demo: bool) -> bool:
    """Tell whether a second factor is required: the publisher's people, but in a demonstration. Our own choice."""
    return is_of_publisher and not is_demo
