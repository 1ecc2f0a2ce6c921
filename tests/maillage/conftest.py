"""What the tests of the rooms share."""

from tests.memory_release import memory_release

__all__ = ["memory_release"]
