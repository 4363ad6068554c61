"""PURE: money, periods, errors and findings. Imports nothing of ours, no Django, no clock."""
