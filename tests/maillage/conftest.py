"""What the tests of the rooms share."""

from tests.memory_release import memory_release
from tests.national_release import national_folder, national_release

__all__ = ["memory_release", "national_folder", "national_release"]
