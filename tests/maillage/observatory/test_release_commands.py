"""`maillage figure` and `maillage release` as an operator types them: figures with their proof, refusals that help."""

import json
from pathlib import Path

import pytest
from tests.maillage.observatory.small_world import build, make_world
from typer.testing import CliRunner

from maillage.cli import build_app

pytestmark = pytest.mark.django_db
THD = ("departement:22", "fixed_share_30mbps")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small country, its release built."""
    folder = make_world(tmp_path_factory.mktemp("world"))
    build(folder)
    return folder


@pytest.fixture
def run(world: Path, settings):
    """Type a command where the release of the small country is served."""
    settings.RELEASES = world / "releases"
    app = build_app()
    return lambda *words: CliRunner().invoke(app, list(words))


def read(done) -> dict[str, object]:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_figure_gives_the_keys_that_scripts_rely_on(run) -> None:
    told = read(run("figure", *THD, "--json"))

    keys = "territory indicator value numerator denominator unit period status reason sources formula release"
    assert list(told) == keys.split()
    assert (told["value"], told["unit"], told["period"], told["status"]) == (0.5, "share", "2019-09-30", "observed")
    assert [sorted(source) for source in told["sources"]] == [["licence", "name", "sha256", "url"]]  # type: ignore[attr-defined]


def test_figure_in_another_vintage_is_measured_from_the_sources_own_codes(run) -> None:
    # The département had 348 communes in 2019 and has 344 in 2026: its premises are the same.
    then, now = (read(run("figure", *THD, "--json", *cog)) for cog in (("--cog", "2019"), ()))

    assert (then["numerator"], then["denominator"]) == (now["numerator"], now["denominator"])


def test_figure_of_a_commune_that_is_gone_exists_in_its_vintage_only(run) -> None:
    gone = ("figure", "commune:22200", "fixed_premises", "--json")  # Pléven, in Val-d’Arguenon (22237) since

    today, then = run(*gone), run(*gone, "--cog", "2019")

    assert today.exit_code == 2
    assert "Vouliez-vous dire : commune:22237" in today.stderr.replace("\u202f", " ").replace("\u00a0", " ")
    assert read(then)["value"] == 100


def test_figure_in_a_vintage_that_is_not_shipped_names_those_that_are(run) -> None:
    done = run("figure", *THD, "--cog", "1999")

    assert done.exit_code == 2
    assert "1999" in done.stderr
    assert "2019, 2021" in done.stderr


@pytest.mark.parametrize(
    ("words", "suggested"),
    [
        (("figure", "departement:2", "population"), "departement:02, departement:21"),
        (("figure", "Lannion", "population"), "commune:22113"),
        (("figure", "commune:1001", "population"), "commune:01001"),
        (("figure", "departement:22", "fixed_share_30mbs"), "fixed_share_30mbps"),
        (("figure", *THD, "--period", "2018"), "2019-09-30"),
        (("figure", *THD, "--release", "beef"), "Vouliez-vous dire"),
        (("release", "show", "beef"), "Vouliez-vous dire"),
        (("figure", "nulle-part:xqzwv", "population"), "maillage territories search"),
        (("figure", "departement:22", "xqzwv"), "maillage release show"),
        (("figure", "x" * 10_000, "population"), "maillage territories search"),
        (("figure", "commune:../../etc/passwd", "population"), "Territoire inconnu"),
        (("figure", *THD, "--release", "../../etc"), "Livraison inconnue"),
        (("figure", "perimetre:pays-de-retz", "population"), "périmètres"),
    ],
)
def test_what_is_unknown_exits_2_and_says_what_to_try(run, words: tuple[str, ...], suggested: str) -> None:
    done = run(*words)

    assert done.exit_code == 2
    assert suggested in done.stderr
    assert done.stdout == ""
    assert len(done.stderr) < 400


def test_a_figure_before_the_first_release_says_how_to_build_it(run, settings, tmp_path: Path) -> None:
    settings.RELEASES = tmp_path

    done = run("figure", *THD)

    assert done.exit_code == 2
    assert "maillage release build" in done.stderr


def test_a_build_from_what_is_no_folder_is_refused(run, tmp_path: Path) -> None:
    done = run("release", "build", "--sources", str(tmp_path / "absent"))

    assert done.exit_code == 2
    assert "absent" in done.stderr


def test_a_figure_of_few_units_has_no_decimal_in_words_and_all_of_them_for_machines(run) -> None:
    told = run("figure", "commune:22113", "fixed_share_30mbps")

    assert "50\u202f%" in told.stdout  # 50 of 100 premises
    assert "50,0" not in told.stdout
    assert "une unité de plus ou de moins déplace ce taux de 1,0" in told.stdout.replace("\u00a0", " ")
    assert read(run("figure", "commune:22113", "fixed_share_30mbps", "--json"))["value"] == 0.5
