"""How the programs beside this file end when a person has to do something about it."""

import sys


class Refused(Exception):
    """What a person has to do something about."""


def program(main, arguments):
    """Runs main(arguments); what it refuses is one line on standard error and exit status 1."""
    try:
        main(arguments)
    except Refused as refused:
        sys.exit(f"Error: {refused}")
