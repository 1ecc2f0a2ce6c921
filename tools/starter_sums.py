"""Write `starter/SHA256SUMS`, by which `maillage doctor` sees a spoiled file (run by `make fix`)."""

from hashlib import sha256
from pathlib import Path

STARTER = Path(__file__).resolve().parent.parent / "starter"


def sum_starter(folder: Path = STARTER) -> str:
    """One line «hash  name» for each Parquet file, by name."""
    files = sorted(folder.rglob("*.parquet"))
    return "".join(f"{sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n" for file in files)


if __name__ == "__main__":
    (STARTER / "SHA256SUMS").write_text(sum_starter())
