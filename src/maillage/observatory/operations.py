"""Building a release: capture → check → harmonise → measure → release, under one lock, all or nothing."""

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Max

from jauge.indicators import Indicator
from jauge.provenance import SourceDefinition
from jauge.releases import compile_measures, hash_measures, hash_text, identify_release, list_needed
from jauge.tables import TooManyRejects
from jauge.territories import Geography
from maillage.observatory import folders
from maillage.observatory.anomalies import flag_impossible
from maillage.observatory.differences import count_corrections, find_differences
from maillage.observatory.errors import Incomparable, ReleaseGone
from maillage.observatory.examining import Examination, ReadFile, examine, hash_checking
from maillage.observatory.inputs import (
    CapturedSources,
    Definitions,
    Progress,
    Source,
    capture_sources,
    check_source,
    list_measured,
    load_definitions,
    take_populations,
    type_rows,
)
from maillage.observatory.lookup import FILE, write_lookup
from maillage.observatory.manifest import (
    describe_indicator,
    describe_matching,
    describe_recipe,
    join_rejects,
    list_files,
    write_table,
)
from maillage.observatory.measuring import Workshop, reject_unknown_codes
from maillage.observatory.models import Correction, Release
from maillage.observatory.places import list_links
from maillage.observatory.queries import open_release
from maillage.observatory.reference import POPULATIONS, Reference
from maillage.observatory.secrecy import clear_sources
from maillage.observatory.synthesis import Synthesis, hash_method, synthesise

OVERFLOW = ".overflow"


class DiskFull(Exception):
    """The disk has no room for the release; nothing of it was left behind."""

    code = "disk_full"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"Le disque est plein : la livraison n’a pas pu être écrite dans {folder}, rien n’en a été gardé. Libérez de la place."
        )


class NothingToMeasure(Exception):
    """The folder of sources holds none of the files that the definitions describe."""

    code = "nothing_to_measure"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"Aucune source décrite n’est dans {folder}.")


def build(*, root: Path, definitions: Path, sources: Path, reference: Reference, now: datetime, progress: Progress) -> str:
    """Build the release of these sources under `root`, make it the one served, and answer its id.

    Raises BadDefinition, BuildRunning, DiskFull, NothingToMeasure.
    """
    with folders.lock_builds(root, now.isoformat(timespec="seconds")):
        described = load_definitions(definitions)
        captured = capture_sources(described.sources.values(), sources, progress)
        if not list_measured(described) & {*captured.captured, *dict(captured.refused)}:
            raise NothingToMeasure(sources)
        measures = {one.code: hash_measures(compile_measures([one])) for one in described.indicators}
        release = _identify(described, captured, reference, measures)
        if not folders.is_intact(root, release):
            try:
                with folders.write_aside(root, release) as folder:
                    _fill(folder, release, described, captured, reference, measures, definitions, progress)
            except Exception as error:
                if folders.is_disk_full(error):
                    raise DiskFull(root) from error
                raise
        folders.point_to(root, release)
    return release


def _identify(described: Definitions, captured: CapturedSources, reference: Reference, measures: Mapping[str, str]) -> str:
    hashes = {name: one.sha256 for name, one in captured.captured.items()} | dict(captured.refused) | reference.hashes
    code = hash_text(json.dumps(sorted(measures.items()))) + hash_method() + hash_checking()
    return identify_release(sources=hashes, definitions=described.hashes, measures=code)


def _fill(
    folder: Path,
    release: str,
    described: Definitions,
    captured: CapturedSources,
    reference: Reference,
    measures: Mapping[str, str],
    definitions: Path,
    progress: Progress,
) -> None:
    """Write everything that stands in a release into `folder`."""
    geography = reference.geography
    sources, examination, told = _check_all(described, captured, reference, progress)
    sources[POPULATIONS] = take_populations(geography, reference.communes, reference.ref)
    # The overflow lies in the folder that is written aside: what a killed build leaves of it goes with the rest at the next one.
    with Workshop(geography, geography.newest, sources, progress, folder / OVERFLOW, examination.withheld) as workshop:
        observations = workshop.measure_all(described.indicators)
        progress("release", 0, 4, "observations.parquet")
        write_table(folder / "observations.parquet", observations)
        progress("release", 1, 4, "distributions.parquet")
        distributions = workshop.describe_distributions()
        coverage = workshop.count_coverage(described.indicators)
        parents = workshop.places.parents
        secrets, reports = workshop.list_secrets(described.indicators), workshop.hidden.reports
    sources = clear_sources(described.indicators, sources, secrets, geography)
    write_table(folder / "distributions.parquet", distributions)
    _write_ground(folder, geography, parents, sources)
    sources = flag_impossible(observations, sources, described.indicators)
    synthesis = synthesise(observations, plans=described.matchings, recipes=described.recipes)
    write_table(folder / "findings.parquet", examination.cells)
    write_table(folder / "matches.parquet", synthesis.matches)
    write_table(folder / "indices.parquet", synthesis.indices)
    write_table(folder / "rejects.parquet", join_rejects((source.ref, source.rejects) for source in sources.values()))
    _write_sources(folder, described.indicators, sources)
    shutil.copytree(definitions, folder / "definitions", ignore=shutil.ignore_patterns("diagnosis"))
    progress("release", 2, 4, FILE)
    write_lookup(
        folder / FILE,
        parents=parents,
        observations=observations,
        distributions=distributions,
        matches=synthesis.matches,
        indices=synthesis.indices,
        touched=examination.touched,
    )
    progress("release", 3, 4, folders.MANIFEST)
    manifest = {
        "id": release,
        "cog_year": geography.newest,
        "reference": dict(sorted(reference.hashes.items())),
        "sources": [_describe_source(sources[name]) for name in sorted(sources)],
        **told,
        **_describe_definitions(described, coverage, measures, synthesis),
        "secrecy": list(reports),
        "rows": {"observations": observations.num_rows, "distributions": distributions.num_rows},
        "tables": list_files(folder),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / folders.MANIFEST).write_text(text, encoding="utf-8")
    progress("release", 4, 4, "")


def _describe_definitions(
    described: Definitions, coverage: Mapping[str, Mapping[str, float]], measures: Mapping[str, str], synthesis: Synthesis
) -> dict[str, Any]:
    """What the manifest says of the definitions and of what was made of them."""
    measured = [one for one in described.indicators if one.code in coverage]
    return {
        "definitions": [{"file": file, "sha256": sha256} for file, sha256 in sorted(described.hashes.items())],
        "indicators": [describe_indicator(one, coverage[one.code], measures[one.code]) for one in measured],
        "coverage": coverage,
        "matching": [describe_matching(plan, synthesis.chosen[plan.code]) for plan in described.matchings],
        "composites": [describe_recipe(recipe, synthesis.chosen[recipe.code]) for recipe in described.recipes],
    }


def _check_all(
    described: Definitions, captured: CapturedSources, reference: Reference, progress: Progress
) -> tuple[dict[str, Source], Examination, dict[str, Any]]:
    """The stage `check`: the sources to measure, what the cross-checks found, and what the manifest says of both.

    The raw text of the files goes with this stage: measuring needs the room.
    """
    files, refused = _read_all(described, captured, progress)
    examination = examine(described, files, reference.geography)
    declined = [_describe_declined(source, files.get(name)) for name, source in described.sources.items() if source.refused]
    told = {
        "absent": sorted(one for one in captured.absent if one[0] in list_measured(described)),
        "refused": sorted([*captured.refused, *refused]),
        "declined": declined,
        "checks": examination.checks,
        "findings": examination.findings,
    }
    return _locate_all(described, files, reference), examination, told


def _read_all(described: Definitions, captured: CapturedSources, progress: Progress) -> tuple[dict[str, ReadFile], list[tuple[str, str]]]:
    """Every captured file with its rows typed, and those that are refused because too many of their rows are wrong."""
    files: dict[str, ReadFile] = {}
    refused: list[tuple[str, str]] = []
    names = sorted(captured.captured)
    for done, name in enumerate(names):
        one = captured.captured.pop(name)  # handed over: nothing but the files keeps the raw text
        progress("check", done, len(names), one.file)
        definition = described.sources[name]
        try:
            checked = type_rows(definition, one)
            files[name] = ReadFile(definition, one, checked, checked.rejects)
        except TooManyRejects as error:
            refused.append((name, str(error)))
            files[name] = ReadFile(definition, one, None, error.rejects)
    return files, refused


def _locate_all(described: Definitions, files: Mapping[str, ReadFile], reference: Reference) -> dict[str, Source]:
    """The sources that are measured, their rows located."""
    sources = {}
    for name in sorted(list_measured(described) & files.keys()):
        file = files[name]
        if file.checked is not None:
            located = check_source(file.definition, file.captured, file.checked, reference)
            column = file.definition.territory.column or ""
            sources[name] = reject_unknown_codes(located, column, reference.geography, reference.geography.newest)
    return sources


def _write_sources(folder: Path, indicators: tuple[Indicator, ...], sources: Mapping[str, Source]) -> None:
    """Keep the located rows in their own vintage: `figure --cog` carries from there, never back from the release."""
    columns: dict[str, set[str]] = {}
    for need in list_needed(indicators).values():
        columns.setdefault(need.source, set()).update(need.counts, need.values)
    filters = {name for one in indicators for series in one.series if series.where for name in series.where.names}
    for name, source in sources.items():
        kept = columns.get(name, set()) | filters
        for year, table in source.tables.items():
            names = ["level", "code", "period", "_line", *(c for c in table.column_names if c in kept - {"level", "code", "period"})]
            write_table(folder / "sources" / f"{name}.{year}.parquet", table.select(names))


def _write_ground(folder: Path, geography: Geography, parents: pa.Table, sources: Mapping[str, Source]) -> None:
    """From which rows each figure can come: what `differences` follows, without the reference of another year at hand."""
    write_table(folder / "territories.parquet", parents)
    write_table(folder / "links.parquet", list_links(geography, {year for source in sources.values() for year in source.tables if year}))


def _describe_source(source: Source) -> dict[str, Any]:
    return {name: getattr(source.ref, name) for name in source.ref.__dataclass_fields__}


def _describe_declined(source: SourceDefinition, found: ReadFile | None) -> dict[str, Any]:
    """A file that its definition keeps out of the figures, and why; without hash where the folder has it not."""
    return {
        "name": source.name,
        "label": source.label.fr,
        "file": source.file,
        "publisher": source.publisher,
        "licence": source.licence.label,
        "url": str(source.url),
        "copy": source.copied_from,
        "reason": source.refused,
        "sha256": found.captured.sha256 if found else None,
        "rows": found.captured.table.num_rows if found else None,
    }


def register(release: str, *, now: datetime) -> None:
    """Give a release its number in the index, once. Queries: 5 at most."""
    with transaction.atomic():
        if not Release.objects.filter(id_sha256=release).exists():
            last = Release.objects.aggregate(last=Max("number"))["last"] or 0
            Release.objects.create(number=last + 1, id_sha256=release, built_at=now)


def record_corrections(root: Path, release: str) -> None:
    """Keep what a release corrected in the one numbered before it: values that were published and are other, or gone. Queries: 5.

    Nothing is kept where the former one can no longer be read, or was written before releases could be compared.
    """
    by = Release.objects.get(id_sha256=release)
    former = Release.objects.filter(number__lt=by.number).first()
    if former is None or Correction.objects.filter(by=by).exists():
        return
    with suppress(ReleaseGone, Incomparable):
        before, after = (open_release(root, one.id_sha256) for one in (former, by))
        find_differences(root, before, after)
        labels = {code: info.label["fr"] for code, info in {**before.indicators, **after.indicators}.items()}
        Correction.objects.bulk_create(
            Correction(corrected=former, by=by, indicator=indicator, label=labels[indicator], period=period, chain=chain, count=count)
            for indicator, period, chain, count in count_corrections(root, before.id, after.id)
        )
