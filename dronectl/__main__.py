"""`python -m dronectl`."""

from dronectl.cli import console

console()
