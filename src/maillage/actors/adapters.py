"""What this site adds to django-allauth: a limit of attempts by which nobody locks another out, the names that providers give."""

import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from maillage.actors.names import clean_name

KNOWN_BROWSER = "navigateur"
KNOWN_FOR_S = 180 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Counts failed attempts apart for browsers that have already opened the account.

    A stranger who tries passwords on an address uses up the strangers' attempts; its owner, from their own browser, still comes in.
    Source: OWASP, «Slow Down Online Guessing Attacks with Device Cookies».
    """

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        login = credentials.get("email", "").strip().lower()
        return f"{login}:{self._find_known_browser(request, login)}"

    def _find_known_browser(self, request: HttpRequest, login: str) -> str:
        """The mark of a browser that has opened this very account; "" for a stranger's."""
        mark = request.get_signed_cookie(KNOWN_BROWSER, default="", salt=login, max_age=KNOWN_FOR_S)
        return hashlib.sha256(mark.encode()).hexdigest() if mark else ""

    def pre_login(self, request: HttpRequest, user: Any, **rest: Any) -> HttpResponse | None:
        """Refuse the invented accounts, whose password is printed, outside of a demonstration."""
        if user.fictitious and not settings.DEMO:
            closed: HttpResponse = self.respond_user_inactive(request, user)
            return closed
        answer: HttpResponse | None = super().pre_login(request, user, **rest)
        return answer

    def post_login(self, request: HttpRequest, user: Any, **rest: Any) -> HttpResponse:
        """Mark the browser as one that has opened this account."""
        response: HttpResponse = super().post_login(request, user, **rest)
        response.set_signed_cookie(
            KNOWN_BROWSER, str(user.pk), salt=user.email, max_age=KNOWN_FOR_S, httponly=True, samesite="Lax", secure=request.is_secure()
        )
        return response


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Gives a new account the name that its identity provider knows."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """The account to be made, with a name: the provider's, else the first part of the address."""
        user = super().populate_user(request, sociallogin, data)
        given = sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data)
        full = given.get("name") or " ".join(filter(None, (given.get("given_name"), given.get("usual_name") or given.get("family_name"))))
        user.name = clean_name(str(full or user.email.partition("@")[0]))
        return user
