"""The measuring library: pure functions over tables and arrays, usable alone from a notebook (no Django, no network, no clock, no path)."""
