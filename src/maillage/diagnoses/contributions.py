"""What rooms above say in diagnoses: their registered sections."""

from jauge.territories import TerritoryRef
from maillage.diagnoses.data import Contribution, DiagnosisSection

_SECTIONS: dict[str, DiagnosisSection] = {}


def register_section(contributor: DiagnosisSection) -> None:
    """Let a room above fill a planned section. Raises ValueError when another contributor has it."""
    known = _SECTIONS.setdefault(contributor.section, contributor)
    if known is not contributor:
        raise ValueError(f"two rooms contribute the section {contributor.section!r} of diagnoses")


def list_contributions(territory: TerritoryRef) -> tuple[tuple[str, Contribution], ...]:
    """What each room has to say of a territory, by section."""
    said = ((code, contributor.contribute(territory)) for code, contributor in sorted(_SECTIONS.items()))
    return tuple((code, contribution) for code, contribution in said if contribution is not None)


def describe_versions(territory: TerritoryRef) -> str:
    """A text that changes whenever a contribution would."""
    return ";".join(f"{code}={contributor.version(territory)}" for code, contributor in sorted(_SECTIONS.items()))
