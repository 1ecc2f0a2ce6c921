"""The room `observatory` as a Django app."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """The room `observatory`."""

    name = "maillage.observatory"
    label = "observatory"

    def ready(self) -> None:
        """Register the building of releases with `jobs`, and who may build."""
        from maillage.actors.api import register_acts
        from maillage.actors.data import Permission, Relation, Role
        from maillage.jobs.api import register_job
        from maillage.observatory.data import ObservatoryAct
        from maillage.observatory.tasks import BUILD_KIND, build_release

        everywhere = {Relation.ELSEWHERE: frozenset({Role.OPERATOR, Role.NATIONAL_PILOT})}
        register_acts(Permission(ObservatoryAct.BUILD_RELEASE, "construire une livraison", everywhere))
        register_job(BUILD_KIND, build_release, label="Construction d’une livraison")
