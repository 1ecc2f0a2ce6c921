"""Every page of the site, by the name of its address. `tests/house/test_pages.py` fails where a new address is in neither list."""

# Words in braces stand for jobs that the journeys make, one in each state.
PAGES: dict[str, tuple[str, ...]] = {
    "portal:home": ("/",),
    "portal:search": ("/recherche/", "/recherche/?q=lanion", "/recherche/?q=zzzzqqqq", "/recherche/?q=" + "a" * 300),
    "portal:territory": (
        "/territoires/commune/22113/",
        "/territoires/commune/51513/",  # the longest name of a commune
        "/territoires/commune/22016/",  # without EPCI
        "/territoires/commune/24325/?ancien=24089",  # reached by the code of a commune that it has taken in
        "/territoires/commune/98818/",  # without contours nor figures
        "/territoires/epci/244400610/",  # the longest name of an EPCI
        "/territoires/departement/22/?tri=population&membres=commune",
        "/territoires/region/53/",
        "/territoires/pays/FR/",
        "/territoires/commune/99999/",  # unknown: 404 with suggestions
    ),
    "portal:method": ("/methode/",),
    "portal:legal": ("/mentions/",),
    "portal:accessibility": ("/accessibilite/",),
    "portal:verb": ("/etapes/convenir/", "/etapes/agir/", "/etapes/evaluer/"),
    "actors:rights": ("/droits/",),
    "observatory:indicators": ("/indicateurs/",),
    "observatory:indicator": ("/indicateurs/fixed_share_30mbps/", "/indicateurs/library_count/", "/indicateurs/nothing/"),
    "observatory:figure": (
        "/chiffres/commune/22113/fixed_share_30mbps/",
        "/chiffres/departement/22/under_25_share/",  # sixteen periods
        "/chiffres/commune/51513/rsa_beneficiaries/",  # missing, with its reason
        "/chiffres/pays/FR/fixed_share_30mbps/",
        "/chiffres/commune/22113/nothing/",
    ),
    "observatory:releases": ("/livraisons/",),
    "observatory:release": ("/livraisons/1/", "/livraisons/999/"),
    "observatory:errata": ("/livraisons/errata/",),
    "observatory:differences": ("/livraisons/1/differences/1/",),
    "observatory:source": (
        "/livraisons/1/sources/arcep_fixed_2019/",
        "/livraisons/1/sources/culture_libraries/",  # with a rejected row
        "/livraisons/1/sources/derived_fixed_30mbps/",  # from which no figure is drawn
        "/livraisons/1/sources/nothing/",
    ),
    "observatory:checks": ("/verifications/",),
    "observatory:finding": ("/livraisons/1/constats/1/", "/livraisons/1/constats/9999/"),
    "observatory:rows": (
        "/livraisons/1/sources/arcep_fixed_2019/lignes/commune/22113/",
        "/livraisons/1/sources/arcep_fixed_2019/lignes/departement/22/",  # summed: no row of its own
        "/livraisons/1/sources/nothing/lignes/commune/22113/",
    ),
    "diagnoses:diagnosis": (
        "/territoires/commune/51513/diagnostic/",
        "/territoires/departement/22/diagnostic/",
        "/territoires/pays/FR/diagnostic/",
        "/territoires/commune/99999/diagnostic/",
    ),
    "journal:heads": ("/journal/",),
    "jobs:jobs": ("/travaux/",),
    "jobs:job": ("/travaux/{waiting}/", "/travaux/{running}/", "/travaux/{succeeded}/", "/travaux/{failed}/", "/travaux/{cancelled}/"),
}
ERRORS = {404: "/nulle/part/", 400: "/recherche/?" + "&".join(["q=a"] * 1001)}  # a failing view (500) is another journey

# Addresses that answer no page: fragments, files, forms.
NO_PAGES = {
    "portal:suggestions",
    "portal:appearance",
    "portal:robots",
    "observatory:figure_json",
    "observatory:rejects",
    "observatory:rejects_json",
    "observatory:all_rejects",
    "observatory:all_rejects_json",
    "observatory:differences_csv",
    "observatory:differences_json",
    "diagnoses:prepare",
    "diagnoses:download",
    "journal:last_head",
    "journal:head",
    "journal:growth",
    "journal:proof",
    "journal:check",
    "jobs:cancel",
    "jobs:retry",
}
