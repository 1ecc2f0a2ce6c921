"""A source's definition is refused when it could mislead: unknown column, unexplained blank, a file outside, a licence that forbids."""

import pytest

from jauge.definitions import BadDefinition
from jauge.provenance import parse_source

SOUND = f"""name: premises
label: {{fr: "Locaux"}}
publisher: Arcep
licence: {{id: etalab-2.0, label: "Licence Ouverte 2.0"}}
url: https://www.data.gouv.fr/datasets/x
date: 2019-09-30
copy: "aucune"
file: observatory/premises.csv
known: {{sha256: {"a" * 64}, size: 1, rows: 1}}
columns:
  code: {{type: code, code: commune, required: true, label: "Commune"}}
  nbr: {{type: integer, required: true, min: 0, label: "Locaux"}}
key: [code]
territory: {{column: code, level: commune, cog_year: 2018}}
period: {{value: "2019-09-30"}}
"""


def test_a_sound_source_gives_its_layout_and_its_spec() -> None:
    source = parse_source(SOUND, file="premises.yaml")

    assert source.layout.columns == ("code", "nbr")
    assert [column.name for column in source.table_spec.columns] == ["code", "nbr"]
    assert source.table_spec.key == ("code",)


@pytest.mark.parametrize("file", ["../secret.csv", "/etc/passwd", "a/../../b.csv", "C:\\x.csv", "a\\..\\b.csv", "", ".", "file:x"])
def test_a_file_outside_the_folder_is_refused(file: str) -> None:
    with pytest.raises(BadDefinition, match="ligne 8") as caught:
        parse_source(SOUND.replace("observatory/premises.csv", repr(file)), file="premises.yaml")

    assert caught.value.path == "file"


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("key: [code]", "key: [codes]", "codes"),
        ("column: code, level", "column: insee, level", "insee"),
        ("required: true, min: 0", "min: 0", "blank"),
        ("type: integer", "type: intger", "type"),
        ("type: code, code: commune", "type: code", "code"),
        ("etalab-2.0", "odbl-1.0", "odbl-1.0"),
        ('value: "2019-09-30"', 'value: "30/09/2019"', "value"),
        ("date: 2019-09-30", "date: hier", "date"),
        ("key: [code]", "encoding: utf-42", "utf-42"),
        ("key: [code]", "colour: red", "colour"),
    ],
)
def test_a_misleading_source_is_refused_by_name(before: str, after: str, problem: str) -> None:
    with pytest.raises(BadDefinition, match=problem):
        parse_source(SOUND.replace(before, after) + "starter: true\n", file="premises.yaml")
