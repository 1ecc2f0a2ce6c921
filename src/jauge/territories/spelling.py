"""How a place name is compared: what people leave out or write otherwise is taken away."""

import re
import unicodedata

LONGEST_TEXT = 100
_ABBREVIATIONS = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "s": "sur",
    "ss": "sous",
    "cc": "",
    "ca": "",
    "cu": "",
}
_SEPARATORS = re.compile(r"[^a-z0-9]+")


def fold_name(text: str) -> str:
    """Fold a name: no accent, no case, words parted by one space, «St» written out. Only the first 100 characters are read.

    >>> fold_name("St-Brieuc"), fold_name("L’Haÿ-les-Roses"), fold_name("")
    ('saint brieuc', 'l hay les roses', '')
    """
    plain = text[:LONGEST_TEXT].replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae")
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)).lower()
    words = _SEPARATORS.sub(" ", letters).split()
    return " ".join(filter(None, (_ABBREVIATIONS.get(word, word) for word in words)))
