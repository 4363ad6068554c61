"""The modules' shell: the edge by which a person works in one client environment."""
