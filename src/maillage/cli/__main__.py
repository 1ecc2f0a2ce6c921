"""`python -m maillage.cli`: the command line without its script."""

from maillage.cli import main

main()
