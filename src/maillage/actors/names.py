"""The names of people, as they are kept: whatever comes from a form or from an identity provider."""

LONGEST = 120


def clean_name(given: str) -> str:
    """The name without what no name holds (controls, marks that turn the writing round), no longer than what is kept.

    >>> clean_name("  Anne\\u202e Le\\x00 Goff ")
    'Anne Le Goff'
    """
    return "".join(letter for letter in given if letter.isprintable()).strip()[:LONGEST]
