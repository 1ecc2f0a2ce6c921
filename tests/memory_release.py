"""A release that exists only in memory, so that pages are tested on figures a person can check."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from jauge.quantities import Direction, Reason, Status, Unit
from jauge.territories import Level, TerritoryRef
from maillage.observatory import api as observatory
from maillage.observatory.data import (
    CheckFinding,
    CheckReport,
    CompositeIndex,
    DeclinedSource,
    Distribution,
    FaultyCell,
    Figure,
    IndexPart,
    IndicatorInfo,
    Match,
    Matching,
    Provenance,
    Reject,
    ReleaseInfo,
    RetiredRelease,
    SourceRef,
    SourceRow,
)

ID = "ab" * 32
LANNION, CA, COTES, BRETAGNE, FRANCE = (
    TerritoryRef(Level(level), code)
    for level, code in (("commune", "22113"), ("epci", "200065928"), ("departement", "22"), ("region", "53"), ("pays", "FR"))
)
SOURCE = SourceRef(
    name="arcep_fixed_2019",
    label="Éligibilité des locaux aux réseaux fixes",
    file="commune-debit-beta.csv",
    sha256="cd" * 32,
    size=2_400_000,
    publisher="Arcep",
    licence="Licence Ouverte 2.0",
    url="https://www.arcep.example/fixe",
    date="2019-12-01",
    period="2019-09-30",
    rows=35_359,
    rejects=60,
)
THD = IndicatorInfo(
    code="fixed_share_30mbps",
    label={"fr": "Part des locaux éligibles à au moins 30 Mbit/s"},
    theme="networks",
    unit=Unit.SHARE,
    direction=Direction.HIGHER_IS_BETTER,
    definition={"fr": "Locaux dont la meilleure classe est d'au moins 30 Mbit/s, rapportés à tous les locaux."},
    champ={"fr": "Tous les locaux."},
    formula="(elig_thd30 + elig_thd100 + elig_thd1g) / nbr",
    periods=("2019-09-30",),
    levels=(Level.COMMUNE, Level.EPCI),
)
LIBRARIES = IndicatorInfo(
    code="library_count",
    label={"fr": "Bibliothèques publiques"},
    theme="places",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    definition={"fr": "Bibliothèques de lecture publique."},
    champ={"fr": "Toutes."},
    formula="count(rows)",
    periods=("2021", "2020", "2018"),
    breaks=("2020",),
)
FINDING = CheckFinding(
    number=1,
    check="speed_classes",
    title="Classes de débit et total des locaux",
    rule="La somme des classes est le nombre de locaux.",
    reason="On ne sait pas laquelle des cellules est fausse.",
    source=SOURCE.name,
    label=SOURCE.label,
    file=SOURCE.file,
    columns=("nbr", "inel_hd"),
    scope="cells",
    checked=35_359,
    failed=1,
    says="La règle n’est pas tenue dans 1 ligne sur 35 359.",
    consequence="withheld",
    replaced_by=None,
    touches=(("fixed_share_30mbps", ""),),
    examples=(FaultyCell(line=12, level="commune", code="22113", period=None, column="nbr", value="81", expected="80"),),
    here=1,
    own=1,
)
RELEASE = ReleaseInfo(
    id=ID,
    number=1,
    built_at="2026-11-25T12:00:00+01:00",
    cog_year=2026,
    sources=(SOURCE,),
    refused=(("taux_couverture_mobile", "Le sens des colonnes n'est pas établi."),),
    coverage={"fixed_share_30mbps": {"2019-09-30": Decimal("0.99")}},
    declined=(
        DeclinedSource(
            name="derived",
            label="Un fichier dérivé",
            file="derived.csv",
            publisher="Des tiers",
            licence="Inconnue",
            url="https://derived.example/",
            copy="dépôt public",
            reason="Il dit le contraire de son nom.",
        ),
    ),
    checks=(
        CheckReport("speed_classes", "rule", FINDING.title, FINDING.rule, "withheld", (SOURCE.name,), "failed", 35_359),
        CheckReport("absent", "comparison", "Deux sources", "La même chose.", "warned", ("a", "b"), "skipped", 0, ("Absente.",)),
    ),
    findings=(FINDING,),
)


def _figure(ref: TerritoryRef, info: IndicatorInfo, period: str, value: float | None, counts: tuple[float, float] | None = None) -> Figure:
    """A figure of the release in memory; without value it is secret."""
    return Figure(
        territory=ref,
        indicator=info.code,
        period=period,
        value=value,
        numerator=counts[0] if counts else None,
        denominator=counts[1] if counts else None,
        status=Status.SECRET if value is None else Status.OBSERVED,
        reason=Reason.STATISTICAL_SECRECY if value is None else None,
        source=SOURCE.name,
        release=ID,
    )


FIGURES = (
    _figure(LANNION, THD, "2019-09-30", 0.75, (60, 80)),
    _figure(CA, THD, "2019-09-30", 0.5, (100, 200)),
    _figure(COTES, THD, "2019-09-30", 0.4, (400, 1000)),
    _figure(LANNION, LIBRARIES, "2018", 1),
    _figure(LANNION, LIBRARIES, "2020", 2),
    _figure(LANNION, LIBRARIES, "2021", 3),
    _figure(FRANCE, THD, "2019-09-30", None),
)


@dataclass
class MemoryRelease:
    """The release in memory, and how many lookup queries its readers have made."""

    queries: int = 0
    asked: list[str] = field(default_factory=list)

    def get_release(self, release: str | None = None) -> ReleaseInfo:
        if release not in {None, "1", ID, ID[:12]}:
            raise observatory.UnknownRelease(str(release), ("1",))
        return RELEASE

    def list_releases(self) -> tuple[ReleaseInfo, ...]:
        return (RELEASE,)

    def list_retired(self) -> tuple[RetiredRelease, ...]:
        return ()

    def list_indicators(self, release: str | None = None) -> tuple[IndicatorInfo, ...]:
        return (THD, LIBRARIES)

    def get_indicator(self, code: str, *, release: str | None = None) -> IndicatorInfo:
        for info in self.list_indicators():
            if info.code == code:
                return info
        raise observatory.UnknownIndicator(code, ("fixed_share_30mbps",))

    def get_figures(self, territories, *, indicators=None, release=None):  # type: ignore[no-untyped-def]
        self.queries += 1
        return {
            ref: tuple(f for f in FIGURES if f.territory == ref and (indicators is None or f.indicator in indicators))
            for ref in territories
        }

    def get_figure(self, territory, indicator, *, period=None, release=None, cog_year=None):  # type: ignore[no-untyped-def]
        self.queries += 1
        if period not in {None, *self.get_indicator(indicator).periods}:
            raise observatory.UnknownPeriod(period, self.get_indicator(indicator).periods)
        return _figure(territory, self.get_indicator(indicator), period or "2021", None)

    def get_distributions(self, level, *, within=None, release=None):  # type: ignore[no-untyped-def]
        self.queries += 1
        spread = Distribution(34_000, 900, 0.0, 0.2, 0.5, 0.8, 1.0, indicator=THD.code, period="2019-09-30", level=level, within=within)
        return {(THD.code, "2019-09-30"): spread}

    def get_matchings(self, territory, *, release=None):  # type: ignore[no-untyped-def]
        self.queries += 1
        variables = (("population", "population", "2023"), ("débit fixe", THD.code, "2019-09-30"))
        matches = (Match(TerritoryRef.parse("commune:22278"), 0.25),)
        near = Matching("structure", "Territoires qui se ressemblent", matches, variables, (), 0.6, 1.0)
        return (near,) if territory == LANNION else ()

    def get_indices(self, territory, *, release=None):  # type: ignore[no-untyped-def]
        self.queries += 1
        parts = (
            IndexPart("Accès à l'information", "débit fixe", 0.5, THD.code, "2019-09-30", 12.5),
            IndexPart("Compétences", "sans diplôme", 0.5, "", "", None),
        )
        texts = ("digital_fragility", "Indice de fragilité numérique", "Moyenne de composantes.", "")
        return (CompositeIndex(*texts, 12.5, 0.5, 3, 1, 9, 100, parts),) if territory == LANNION else ()

    def get_provenance(self, figure: Figure) -> Provenance:
        return Provenance(figure, self.get_indicator(figure.indicator), self.get_indicator(figure.indicator).formula, (SOURCE,))

    def count_rejects(self, source, *, release=None):  # type: ignore[no-untyped-def]
        return {"code": SOURCE.rejects}

    def list_findings(self, *, indicator=None, period=None, source=None, territory=None, release=None):  # type: ignore[no-untyped-def]
        self.queries += territory is not None
        touched = indicator in (None, "fixed_share_30mbps") and source in (None, SOURCE.name)
        return (FINDING,) if touched and territory in (None, LANNION) else ()

    def get_finding(self, number, *, release=None):  # type: ignore[no-untyped-def]
        if number != FINDING.number:
            raise observatory.UnknownFinding(str(number), ())
        return FINDING

    def list_faulty_cells(self, number, *, release=None, limit=50, offset=0):  # type: ignore[no-untyped-def]
        return FINDING.examples

    def list_source_rows(self, source, territory, *, release=None):  # type: ignore[no-untyped-def]
        return (SourceRow(12, "22113", "2019-09-30", 2018, (("nbr", 81), ("inel_hd", None))),) if territory == LANNION else ()

    def list_rejects(self, source, *, release=None, limit=50, offset=0, column=None):  # type: ignore[no-untyped-def]
        lines = range(offset, min(offset + limit, SOURCE.rejects))
        return tuple(Reject(source, SOURCE.file, n + 2, "code", "=cmd()", "unknown_code", "Code inconnu.", "Vérifier.") for n in lines)


@pytest.fixture
def memory_release(monkeypatch: pytest.MonkeyPatch) -> MemoryRelease:
    """Puts the release in memory behind the observatory's door."""
    release = MemoryRelease()
    for name in observatory.__all__:
        if hasattr(release, name):
            monkeypatch.setattr(observatory, name, getattr(release, name))
    return release
