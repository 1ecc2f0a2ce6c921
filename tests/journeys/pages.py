"""Every page of the site, by the name of its address. `tests/house/test_pages.py` fails where a new address is in neither list."""

# Words in braces stand for what the journeys make: a job in each state, an organisation.
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
    "actors:directory": ("/organisations/", "/organisations/?territoire=commune:22113", "/organisations/?territoire=lanion"),
    "actors:organisation": ("/organisations/{organisation}/", "/organisations/999999/"),
    "actors:invitation": ("/invitations/nothing/",),
    "account_login": ("/connexion/",),
    "account_signup": ("/inscription/",),
    "account_inactive": ("/connexion/fermee/",),
    "account_reset_password": ("/mot-de-passe/oublie/",),
    "account_password_reset_completed": ("/mot-de-passe/oublie/fait/",),
    "socialaccount_login_cancelled": ("/connexion/annulee/",),
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

# Pages of somebody who has signed in: the maire of {organisation}, its administrator, with codes on a telephone and {key}.
SIGNED_PAGES: dict[str, tuple[str, ...]] = {
    "actors:account": ("/compte/",),
    "actors:register": ("/organisations/inscrire/",),
    "actors:invite": ("/organisations/{organisation}/inviter/",),
    "actors:edit": ("/organisations/{organisation}/modifier/",),
    "actors:delegate": ("/organisations/{organisation}/deleguer/",),
    "account_logout": ("/deconnexion/",),
    "account_email": ("/compte/adresse/",),
    "account_change_password": ("/compte/mot-de-passe/",),
    "account_reauthenticate": ("/compte/confirmer/",),
    "mfa_reauthenticate": ("/compte/confirmer/code/",),
    "mfa_reauthenticate_webauthn": ("/compte/confirmer/cle/",),
    "mfa_index": ("/compte/securite/",),
    "mfa_deactivate_totp": ("/compte/securite/application/retirer/",),
    "mfa_view_recovery_codes": ("/compte/securite/secours/",),
    "mfa_generate_recovery_codes": ("/compte/securite/secours/nouveaux/",),
    "mfa_list_webauthn": ("/compte/securite/cles/",),
    "mfa_add_webauthn": ("/compte/securite/cles/ajouter/",),
    "mfa_remove_webauthn": ("/compte/securite/cles/{key}/retirer/",),
    "mfa_edit_webauthn": ("/compte/securite/cles/{key}/renommer/",),
    "socialaccount_connections": ("/compte/fournisseurs/",),
}
# Pages that one meets only on the way somewhere, or in the demo: the journeys of sign-in look at them.
STEPS = {
    "socialaccount_login_error",
    "account_email_verification_sent",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_set_password",
    "mfa_authenticate",
    "mfa_activate_totp",
    "socialaccount_signup",
    "openid_connect_login",
    "actors:change_perimeter",
    "actors:end",
    "actors:mail",
}

# Addresses that answer no page: fragments, files, forms.
NO_PAGES = {
    "actors:approve",
    "actors:act_for",
    "actors:end_membership",
    "actors:revoke_delegation",
    "mfa_login_webauthn",
    "mfa_download_recovery_codes",
    "openid_connect_callback",
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
