"""Commands of the command line, by what they work on; `cli.py` puts them together."""
