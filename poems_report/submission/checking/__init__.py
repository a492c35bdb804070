"""Checks of finished figure files against a journal's profile."""
