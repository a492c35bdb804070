"""Versions of the report: frozen as releases, compared, rebuilt from their tags."""
