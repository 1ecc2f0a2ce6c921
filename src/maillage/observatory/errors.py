"""What the observatory refuses to answer, in its users' words."""

from jauge.territories import UnknownName
from maillage.observatory.data import RetiredRelease


class NoRelease(LookupError):
    """No release has been built yet."""

    code = "no_release"


class ReleaseGone(NoRelease):
    """The release was built here, and its folder was removed or damaged since; the index keeps its number (0 where it knows none)."""

    code = "release_gone"

    def __init__(self, retired: RetiredRelease) -> None:
        self.retired = retired
        was = "a été abîmé" if retired.is_damaged else "n’est plus là"
        super().__init__(
            f"La livraison n° {retired.number or '—'} ({retired.id[:12]}) est retirée : son dossier {was}. Relancez « maillage release "
            "build » avec les mêmes fichiers et les mêmes définitions : la même livraison, sous le même numéro, sera écrite de nouveau."
        )


class Incomparable(ValueError):
    """A release was written by an older version, which did not keep what a comparison needs."""

    code = "incomparable"

    def __init__(self, release: str) -> None:
        self.release = release
        super().__init__(
            f"La livraison {release[:12]} a été écrite par une version plus ancienne de Maillage, qui ne gardait pas de quoi la comparer. "
            "Construisez-la de nouveau avec les mêmes fichiers."
        )


class UnknownRelease(UnknownName):
    """No release bears that id, prefix or number; `suggestions` are numbers and ids that do."""

    code = "unknown_release"


class UnknownIndicator(UnknownName):
    """No indicator bears that code; `suggestions` are codes that resemble it."""

    code = "unknown_indicator"


class UnknownSource(UnknownName):
    """The release has no source of that name; `suggestions` are names that it has."""

    code = "unknown_source"


class UnknownFinding(UnknownName):
    """The release has no finding of that number."""

    code = "unknown_finding"


class UnknownPeriod(UnknownName):
    """The indicator has no such period; `suggestions` are those that it has, the newest first."""

    code = "unknown_period"
