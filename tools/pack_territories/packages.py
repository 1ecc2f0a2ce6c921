"""The seven npm packages that hold the official geographic code (COG): which year each is, fetching, reading."""

import hashlib
import json
import subprocess
import tarfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

NAME = "@etalab/decoupage-administratif"


@dataclass(frozen=True)
class CogPackage:
    """One version of the package.

    cog_year: from the package's own README («Millésimes et versions de package»).
    population_year: census reference year of `population`: the README's link to Insee's page of that year, checked on
    known figures (Paris: 2,190,327 in 2016; 2,165,423 in 2019; 2,145,906 in 2020; 2,113,705 in 2022; 2,103,778 in 2023).
    population_geography_year: the COG year of the communes for which Insee published these populations. Where it is older
    than `cog_year`, a commune merged in between carries only the population of the part whose code it kept.
    """

    cog_year: int
    version: str
    sha256: str
    population_year: int
    population_geography_year: int
    folder: Path

    @property
    def tarball(self) -> Path:
        """Where `npm pack` writes the package."""
        return self.folder / f"etalab-decoupage-administratif-{self.version}.tgz"

    def fetch(self) -> None:
        """Bring the tarball with npm unless it is there, and check its SHA-256. Raises ValueError when the bytes differ."""
        if not self.tarball.exists():
            subprocess.run(["npm", "pack", "--silent", f"{NAME}@{self.version}"], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        found = hashlib.sha256(self.tarball.read_bytes()).hexdigest()
        if found != self.sha256:
            raise ValueError(f"{self.tarball.name}: sha256 {found}, expected {self.sha256}")

    def read(self, name: str) -> list[dict[str, Any]]:
        """Read `data/<name>.json` inside the tarball."""
        with tarfile.open(self.tarball) as archive:
            member = archive.extractfile(f"package/data/{name}.json")
            if member is None:
                raise FileNotFoundError(name)
            rows: list[dict[str, Any]] = json.load(member)
            return rows

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """All entries of communes.json: communes, delegated and associated communes, municipal arrondissements."""
        return self.read("communes")

    @cached_property
    def communes(self) -> dict[str, dict[str, Any]]:
        """The communes proper, by code."""
        return {entry["code"]: entry for entry in self.entries if entry["type"] == "commune-actuelle"}

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The EPCI with own taxation and their members."""
        return self.read("epci")


def list_packages(folder: Path) -> list[CogPackage]:
    """List the seven packages, oldest COG year first, as they lie (or will lie) in `folder`."""
    versions = (
        (2019, "0.7.0", "4643f584e1502d38a9baefe6e5b478aa8d5077bcd7e8972461dbbaceb66559f0", 2016, 2018),
        (2021, "1.1.1", "db6e7c433ee675de314aa19bfc4faf796451342960ed2c1b42fda0f458a97e23", 2019, 2021),
        (2022, "2.3.1", "d7f2a6915af27a719eeb6eb6581d9a645849b5b23e5c97fa5aa2931eb3552d1f", 2020, 2022),
        (2023, "3.1.1", "225079c8cd185379fd494993e99fe712523e2f16e4a1170d8391a76a304e7073", 2020, 2022),
        (2024, "4.1.0", "318f0cfc0c1f9d8113b272bf3cefb8f207f23f73026ee5932215f5d80d7a0f2a", 2022, 2024),
        (2025, "5.3.0", "149cd9096f70915c02e5d39ef6045f0900d94c782ee9f1c1941703092fe72636", 2023, 2025),
        (2026, "6.0.0", "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a", 2023, 2025),
    )
    return [CogPackage(*version, folder=folder) for version in versions]
