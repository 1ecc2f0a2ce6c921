"""What changed between two releases: complete, each change told by its causes, and what pages and commands say of it."""

import csv
import io
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.maillage.observatory import small_world
from tests.maillage.observatory.small_world import build, make_world
from typer.testing import CliRunner

from maillage.cli import build_app
from maillage.observatory import operations
from maillage.observatory.differences import find_differences, list_changes
from maillage.observatory.errors import Incomparable
from maillage.observatory.models import Correction
from maillage.observatory.queries import open_release

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CENSUS = "observatory/census/rp2018_comparateur_communes.csv"
HEADER = "CODGEO,niveau,P18_POP,P13_POP,P18_POP1564,P18_ACT1564,P18_CHOM1564,P18_MEN,P18_LOG,P18_RP,P18_EMPLT"
READ = ("value", "numerator", "denominator", "status", "reason")
type Key = tuple[str, str, str, str]


def list_codes(year: int) -> list[str]:
    communes = pq.read_table(small_world.ROOT / "starter" / "territories" / "communes.parquet").to_pylist()
    return [one["code"] for one in communes if one["cog_year"] == year and one["departement"] in small_world.DEPARTEMENTS]


class World:
    """The small country with a census, its COG of 2024; each act changes one thing."""

    def __init__(self, folder: Path) -> None:
        self.folder = make_world(folder)
        for name in ("unemployed_share_15_64", "household_count"):
            small_world._copy(f"indicators/{name}.yaml", self.folder)
        small_world._copy("sources/insee_census_2018.yaml", self.folder)
        lines = [f"{code},COM,100,90,60,40,{n % 20},50,60,50,30" for n, code in enumerate(list_codes(2021))]
        path = self.folder / "sources" / CENSUS
        path.parent.mkdir(parents=True)
        path.write_text("\n".join([HEADER, *lines]) + "\n")
        self.set_vintage(2024)

    def set_vintage(self, year: int) -> None:
        """Another COG year: in 2025 four communes of the Côtes-d'Armor merged, EPCI changed, and a new year of populations is there."""
        for name, column in (("communes", "cog_year"), ("groups", "cog_year"), ("subcommunes", "cog_year"), ("movements", "to_year")):
            table = small_world._cut(name)
            kept = table.filter(pc.less_equal(table[column], pa.scalar(year, table.schema.field(column).type)))
            pq.write_table(kept, self.folder / "starter" / "territories" / f"{name}.parquet")

    def revise(self) -> None:
        """Another file under the same name: 10 % of the communes have other premises."""
        path = self.folder / "sources" / "observatory" / "commune-debit-beta.csv"
        lines = path.read_text().splitlines()
        revised = set(random.Random(5).sample(range(2, len(lines)), (len(lines) - 2) // 10))
        path.write_text("\n".join(self._revise_line(line) if n in revised else line for n, line in enumerate(lines)) + "\n")

    def _revise_line(self, line: str) -> str:
        return line.replace(";100;logloc;0;0;0;50;50;", ";103;logloc;0;0;0;50;53;")

    def redefine(self) -> None:
        """Another denominator for one indicator; another label, which changes no figure, for the other."""
        self._rewrite(
            "unemployed_share_15_64", ("denominator: P18_ACT1564", "denominator: P18_POP1564"), ("case: {", "case: {P18_POP1564: 377.73, ")
        )
        self._rewrite("household_count", ('label: {fr: "Ménages"', 'label: {fr: "Nombre de ménages"'))

    def _rewrite(self, code: str, *pairs: tuple[str, str]) -> None:
        path = self.folder / "definitions" / "indicators" / f"{code}.yaml"
        text = path.read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)

    def build(self) -> str:
        return build(self.folder)

    def read(self, release: str) -> dict[Key, tuple[object, ...]]:
        rows = pq.read_table(self.folder / "releases" / release / "observations.parquet").to_pylist()
        return {(row["level"], row["code"], row["indicator"], row["period"]): tuple(row[name] for name in READ) for row in rows}


def list_differing(before: dict[Key, tuple[object, ...]], after: dict[Key, tuple[object, ...]]) -> set[Key]:
    """The obvious oracle: every key of which the two sides do not say the same."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory):
    """A release, one in which everything changed, and what a change of each thing alone would have done."""
    world = World(tmp_path_factory.mktemp("world"))
    before = world.build()
    alone = {}
    for cause, act in {"source": World.revise, "definition": World.redefine, "territory": lambda one: one.set_vintage(2026)}.items():
        other = World(tmp_path_factory.mktemp(cause))
        act(other)
        alone[cause] = list_differing(world.read(before), other.read(other.build()))
    world.revise()
    world.redefine()
    world.set_vintage(2026)
    after = world.build()
    root = world.folder / "releases"
    told = find_differences(root, open_release(root, before), open_release(root, after))
    changes = list(list_changes(root, before, after, chain=None, indicator=None, limit=None, offset=0))
    return world.read(before), world.read(after), alone, told, changes


def list_keys(changes: Iterable[object]) -> list[Key]:
    return [(one.level, one.code, one.indicator, one.period) for one in changes]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_differences_are_complete_and_each_is_told_once(compared) -> None:
    before, after, _, told, changes = compared

    keys = list_keys(changes)

    assert set(keys) == list_differing(before, after)
    assert len(keys) == len(set(keys)) == told.changed == sum(total.count for total in told.chains)
    assert told.indicators == dict(sorted(Counter(key[2] for key in keys).items()))


@pytest.mark.slow
def test_differences_tell_each_change_by_the_things_that_make_it(compared) -> None:
    _, _, alone, told, changes = compared

    wrong = []
    for one, key in zip(changes, list_keys(changes), strict=True):
        truly = {cause for cause, keys in alone.items() if key in keys}
        if key[2:] == ("population", "2023"):  # a new year of counts came with the new COG: a movement, not a revision
            truly = {"source"} | ({"territory"} if (key[0], key[1]) in told.territories_new else set())
        if set(one.chain.split("+")) != truly:
            wrong.append((key, one.chain, truly))
    assert wrong == []
    assert "unexplained" not in {cause for total in told.chains for cause in total.causes}


@pytest.mark.slow
def test_differences_name_the_files_definitions_and_territories_that_changed(compared) -> None:
    _, _, _, told, _ = compared

    assert {one.name: bool(one.before and one.after) for one in told.sources} == {"arcep_fixed_2019": True, "cog_populations": True}
    assert {(one.code, one.field, one.measures) for one in told.definitions if one.kind == "indicator"} >= {
        ("unemployed_share_15_64", "series", True),
        ("household_count", "label", False),
    }
    assert {code for level, code in told.territories_gone if level == "commune"} == {"22027", "22043", "22200", "22309"}
    assert told.series_new == (("population", "2023"),)


@pytest.mark.slow
def test_differences_of_a_release_with_itself_are_none(tmp_path: Path) -> None:
    world = World(tmp_path)
    release = world.build()
    root = world.folder / "releases"

    told = find_differences(root, open_release(root, release), open_release(root, release))

    assert (told.changed, told.chains, told.sources, told.definitions) == (0, (), (), ())


@pytest.fixture(scope="module")
def republished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Two releases of the small country: the second reads a file that came back under its name with other bytes."""
    folder = make_world(tmp_path_factory.mktemp("republished"))
    before = build(folder)
    small_world.change_source(folder, premises=104)
    return folder / "releases", before, build(folder)


@pytest.fixture
def site(republished, settings, db):
    """The site that serves the second release, both in its index."""
    root, before, after = republished
    settings.RELEASES = root
    for release in (before, after):
        operations.register(release, now=NOW)
        operations.record_corrections(root, release)
    return Client()


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def test_a_file_republished_under_its_name_is_shown_with_both_prints(site: Client) -> None:
    written = read(site, "/livraisons/2/")

    assert "mêmes nom et période, autres octets" in written
    assert "/livraisons/2/differences/1/" in written


def test_the_page_of_differences_counts_and_lists_what_its_files_hold(site: Client) -> None:
    found = json.loads(read(site, "/livraisons/2/differences/1/differences.json"))
    lines = list(csv.DictReader(io.StringIO(read(site, "/livraisons/2/differences/1/differences.csv").removeprefix("\ufeff"))))
    page = read(site, "/livraisons/2/differences/1/?cause=source")

    assert len(found["changes"]) == len(lines) == found["changed"] > 700
    assert {row["chain"] for row in lines} == {"source"}
    assert {row["indicator"] for row in lines} == {"fixed_premises", "fixed_share_30mbps"}
    assert "+4" in page
    assert "Allineuc" in page


def test_errata_count_the_values_that_were_published_and_changed(site: Client) -> None:
    written = read(site, "/livraisons/errata/?indicateur=fixed_premises")

    assert "Livraison n° 2" in written
    assert "ce qu’elle corrige de la n° 1" in written
    assert "fichier" in written
    assert read(site, "/livraisons/errata/?indicateur=population").count("Aucune correction") == 1


def test_corrections_are_recorded_once(site: Client, republished) -> None:
    root, _, after = republished

    operations.record_corrections(root, after)

    assert Correction.objects.filter(by__id_sha256=after, indicator="fixed_premises").count() == 1


@pytest.mark.parametrize("damage", [shutil.rmtree, lambda folder: (folder / "lookup.sqlite").write_bytes(b"cut")])
def test_a_release_removed_or_damaged_by_hand_keeps_its_number_and_says_what_to_do(
    republished, damage, tmp_path: Path, settings, db
) -> None:
    root, before, after = republished
    settings.RELEASES = tmp_path / "releases"
    shutil.copytree(root, settings.RELEASES)
    for release in (before, after):
        operations.register(release, now=NOW)
    damage(settings.RELEASES / before)

    for address in ("/livraisons/1/", "/livraisons/2/differences/1/", "/chiffres/commune/22113/fixed_premises/?livraison=1"):
        assert "maillage release build" in read(Client(), address, 404)
    assert "Retirées" in read(Client(), "/livraisons/")
    assert "Livraison n° 2" in read(Client(), "/livraisons/2/")
    done = CliRunner().invoke(build_app(), ["release", "show", "1"])
    assert (done.exit_code, "retirée" in done.stderr) == (2, True)
    assert "retirée" in CliRunner().invoke(build_app(), ["release", "list"]).stdout


def test_the_command_tells_totals_writes_files_and_refuses_the_unknown(republished, settings, tmp_path: Path, db) -> None:
    root, before, after = republished
    settings.RELEASES = root
    run = CliRunner().invoke
    app = build_app()

    told = run(app, ["release", "diff", before, after])
    as_json = run(app, ["release", "diff", before[:8], after[:8], "--json"])
    written = run(app, ["release", "diff", before, after, "-o", str(tmp_path / "d.csv")])

    assert told.exit_code == as_json.exit_code == written.exit_code == 0
    assert "même nom, autres octets" in told.stdout
    assert json.loads(as_json.stdout)["changed"] == len((tmp_path / "d.csv").read_text().splitlines()) - 1
    for words in (["beef", after], [before, after, "-o", "d.pdf"]):
        refused = run(app, ["release", "diff", *words])
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert len(refused.stderr) < 500


def test_a_release_of_an_older_version_cannot_be_compared_and_says_so(republished, tmp_path: Path) -> None:
    root, before, after = republished
    shutil.copytree(root, tmp_path / "releases")
    opened = [open_release(tmp_path / "releases", release) for release in (before, after)]
    (tmp_path / "releases" / before / "links.parquet").unlink()

    with pytest.raises(Incomparable, match="version plus ancienne"):
        find_differences(tmp_path / "releases", *opened)


def test_the_home_says_that_the_release_in_use_was_removed(republished, tmp_path: Path, settings, db) -> None:
    root, _, after = republished
    settings.RELEASES = tmp_path / "releases"
    shutil.copytree(root, settings.RELEASES)
    operations.register(after, now=NOW)
    shutil.rmtree(settings.RELEASES / after)

    assert "est retirée" in read(Client(), "/")
    assert "Aucune livraison" not in read(Client(), "/")
