"""Games in strategic form."""
