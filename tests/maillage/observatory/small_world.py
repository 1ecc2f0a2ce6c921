"""A small country for tests of builds: two départements of the real geography, one source, three indicators. Also a program that builds it.

`python -m tests.maillage.observatory.small_world FOLDER [--serve]` builds the release of FOLDER; it is what the test of sudden death kills.
"""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[3]
DEPARTEMENTS = ["22", "2B"]
SOURCE = "arcep_fixed_2019"
INDICATORS = ("fixed_premises", "fixed_share_30mbps", "population")
HEADER = "code_insee;nom_com;code_dep;code_reg;nbr;type;inel_hd;elig_hd05;elig_hd3;elig_hd8;elig_thd30;elig_thd100;elig_thd1g;date"


def make_world(folder: Path, *, premises: int = 100) -> Path:
    """Write `definitions`, `starter/territories` and `sources` into `folder`; every commune of 2019 has `premises`, half at 30 Mbit/s."""
    for name in ("communes", "groups", "subcommunes", "movements", "contours"):
        _write(folder / "starter" / "territories" / f"{name}.parquet", _cut(name))
    (folder / "definitions" / "indicators").mkdir(parents=True)
    (folder / "definitions" / "sources").mkdir()
    for code in INDICATORS:
        _copy(f"indicators/{code}.yaml", folder)
    _copy(f"sources/{SOURCE}.yaml", folder)
    change_source(folder, premises=premises)
    return folder


def change_source(folder: Path, *, premises: int, rows: str = "") -> None:
    """Write the source file again. rows: further lines."""
    communes = _cut("communes")
    codes = communes.filter(pc.equal(communes["cog_year"], pa.scalar(2019, pa.int16())))["code"].to_pylist()
    half = premises // 2
    lines = [f"{code};x;x;x;{premises};logloc;0;0;0;{premises - half};{half};0;0;2019-09-30" for code in codes]
    path = folder / "sources" / "observatory" / "commune-debit-beta.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["notice", HEADER, *lines]) + "\n" + rows, encoding="utf-8")


def link_country(folder: Path, sources: Path) -> None:
    """The whole country instead: the shipped definitions and territories, and a folder of raw national files."""
    shutil.copytree(ROOT / "definitions", folder / "definitions")
    (folder / "starter").symlink_to(ROOT / "starter")
    (folder / "sources").symlink_to(sources.resolve())


def change_definition(folder: Path, remark: str) -> None:
    """Give a definition another text, hence the release another id."""
    with (folder / "definitions" / "indicators" / "population.yaml").open("a", encoding="utf-8") as file:
        file.write(f"# {remark}\n")


def build(folder: Path, progress: object = None) -> str:
    """Build the release of a small country. Needs Django set up."""
    from jauge.territories import Geography
    from maillage.observatory import operations
    from maillage.observatory.reference import read_reference

    territories = folder / "starter" / "territories"
    names = ("communes", "groups", "subcommunes", "movements")
    geography = Geography(**{name: pq.read_table(territories / f"{name}.parquet") for name in names})
    return operations.build(
        root=folder / "releases",
        definitions=folder / "definitions",
        sources=folder / "sources",
        reference=read_reference(territories, geography),
        now=datetime(2026, 11, 25, tzinfo=UTC),
        progress=progress or (lambda *_: None),  # type: ignore[arg-type]
    )


def _cut(name: str) -> pa.Table:
    """One table of the real reference, cut down to two départements (all levels above stay)."""
    table = pq.read_table(ROOT / "starter" / "territories" / f"{name}.parquet")
    if name == "communes":
        return table.filter(pc.is_in(table["departement"], value_set=pa.array(DEPARTEMENTS)))
    if name == "groups":
        return table
    column = "code_from" if name == "movements" else "code"
    return table.filter(pc.is_in(pc.utf8_slice_codeunits(table[column], 0, 2), value_set=pa.array(DEPARTEMENTS)))


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def _copy(name: str, folder: Path) -> None:
    text = (ROOT / "definitions" / name).read_text(encoding="utf-8")
    # The world is smaller than the real file: its known size would say that the file was cut.
    text = "\n".join(
        f'known: {{sha256: "{"0" * 64}", size: 1, rows: 1}}' if line.startswith("known:") else line for line in text.splitlines()
    )
    text = text.replace("cog_year: 2018", "cog_year: 2019")  # the oldest vintage whose communes the reference lists
    (folder / "definitions" / name).write_text(text + "\n", encoding="utf-8")


def serve_builds(folder: Path) -> None:
    """For each line read, build in a child and print its pid: a warm start, so that the build is killed and not its imports."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            build(folder)
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("over", flush=True)


def prepare() -> None:
    """Set Django up and load what a build needs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.settings.test")
    import django

    django.setup()
    from maillage.observatory import operations  # noqa: F401


if __name__ == "__main__":
    prepare()
    if sys.argv[2:] == ["--serve"]:
        serve_builds(Path(sys.argv[1]))
    else:
        print(build(Path(sys.argv[1])))
