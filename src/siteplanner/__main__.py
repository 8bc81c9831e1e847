"""``python -m siteplanner``, for machines where the command itself is not on the path."""

from siteplanner.cli import main

main()
