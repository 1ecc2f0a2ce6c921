"""`maillage doctor` says what lacks and how to get it."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from maillage.cli import build_app, doctor
from maillage.cli.doctor import Finding


def test_the_doctor_exits_1_only_for_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for needed, code in ((True, 1), (False, 0)):
        monkeypatch.setattr(doctor, "CHECKS", (lambda needed=needed: Finding("outil", False, "absent", "installez-le", needed=needed),))

        done = CliRunner().invoke(build_app(), ["doctor"])

        assert done.exit_code == code
        assert "→ installez-le" in done.output


def test_the_doctor_speaks_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (lambda: Finding("Python", True, "3.12"),))

    done = CliRunner().invoke(build_app(), ["doctor", "--json"])

    assert json.loads(done.output) == [{"name": "Python", "ok": True, "found": "3.12", "remedy": "", "needed": True}]


def test_a_spoiled_starter_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "good.parquet").write_bytes(b"good")
    (tmp_path / "bad.parquet").write_bytes(b"cut")
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'good').hexdigest()}  good.parquet\n{sha256(b'whole').hexdigest()}  bad.parquet\n")

    assert doctor.find_spoiled_files(tmp_path) == ["bad.parquet"]
    assert not doctor.check_starter(tmp_path).ok


@pytest.mark.django_db
def test_this_machine_can_be_examined() -> None:
    findings = {finding.name: finding for finding in (check() for check in doctor.CHECKS)}

    assert findings["Python"].ok
    assert findings["base de données"].ok
    assert all(finding.remedy for finding in findings.values() if not finding.ok)
