"""Run the claims: `python -m bench [NAME …]`; exits 1 where a goal is missed."""

import os
import pkgutil
import sys
from importlib import import_module

import django

import bench


def _print_claim(claim: bench.Claim) -> bool:
    """Print one line; True where the goals (if any) are met."""
    parts = [f"  {claim.what}: {claim.ours_s * 1000:.2f} ms"]
    if claim.peer_s is not None:
        parts.append(f"{claim.peer}: {claim.peer_s * 1000:.2f} ms, ratio {claim.ratio:.1f}×")
    if claim.peak_mib is not None:
        parts.append(f"peak {claim.peak_mib:.0f} MiB")
    goals = [f"{claim.goal_s * 1000:.0f} ms"] if claim.goal_s is not None else []
    goals += [f"{claim.goal_ratio:g}×"] if claim.goal_ratio is not None else []
    goals += [f"{claim.goal_mib:.0f} MiB"] if claim.goal_mib is not None else []
    if goals:
        parts.append(f"goal {', '.join(goals)}: {'met' if claim.met else 'MISSED'}")
    print(" · ".join(parts))
    return claim.met


def main(names: list[str]) -> int:
    """Run the modules named, or all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.settings.base")
    django.setup()
    known = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    met = True
    for name in names or known:
        module = import_module(f"bench.{name}")
        print(f"{name}: {(module.__doc__ or '').splitlines()[0]}")
        for claim in module.run():
            met &= _print_claim(claim)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
