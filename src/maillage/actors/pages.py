"""Pages of one's account and of organisations; what they change goes through the door, and the gate says who may."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default as default_policy

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maillage.actors import api, sessions
from maillage.actors.data import ActorsAct, OrganisationInfo, OrganisationKind, OrganisationState, Role, Thing
from maillage.actors.forms import CardForm, DelegationForm, EndForm, InvitationForm, OrganisationForm, PerimeterForm
from maillage.actors.operations import NewOrganisation
from maillage.actors.rules import INVITATION, Refusal
from maillage.actors.words import ROLE_WORDS, tell_refusal

OFFERED_DAYS = timedelta(days=365)


@require_GET
def show_account(request: HttpRequest) -> HttpResponse:
    """Who one is here, for whom one acts, what one may change."""
    actor = api.get_actor_of(request)
    api.check_can(actor, ActorsAct.READ_ACCOUNT, Thing(person=actor.person))
    memberships = api.list_memberships(actor)
    waiting = api.list_organisations(state=OrganisationState.WAITING) if api.can(actor, ActorsAct.APPROVE_ORGANISATION) else ()
    organisations = dict.fromkeys((one.organisation, one.organisation_name) for one in memberships)
    context = {"memberships": memberships, "organisations": list(organisations), "waiting": waiting}
    return render(request, "actors/account.html", context)


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose for which of one's organisations one acts."""
    actor = api.get_actor_of(request)
    api.check_can(actor, ActorsAct.READ_ACCOUNT, Thing(person=actor.person))
    asked = request.POST.get("organisation", "")
    if asked.isdecimal() and len(asked) < 19:
        sessions.act_for(request, int(asked))
    return redirect("actors:account")


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register an organisation."""
    actor = api.get_actor_of(request)
    api.check_can(actor, ActorsAct.CREATE_ORGANISATION)

    def act(form: OrganisationForm) -> HttpResponse:
        given = form.cleaned_data
        new = NewOrganisation(**{**given, "kind": OrganisationKind(given["kind"])})
        made = api.create_organisation(actor=actor, new=new)
        if made.state is OrganisationState.WAITING:
            messages.info(request, _("L’organisation est inscrite. Elle pourra agir dès que l’opérateur du site l’aura visée."))
        return redirect("actors:organisation", made.id)

    title = _("Inscrire une organisation")
    return _answer_form(request, OrganisationForm(request.POST or None), act, title=title, button=_("Inscrire"))


@require_POST
def approve(request: HttpRequest, organisation: int) -> HttpResponse:
    """Give the visa."""
    find_organisation(organisation)
    _try(request, lambda: api.approve_organisation(actor=api.get_actor_of(request), organisation=organisation))
    return redirect("actors:organisation", organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, organisation: int) -> HttpResponse:
    """Change how an organisation is called and reached."""
    actor, info = api.get_actor_of(request), find_organisation(organisation)
    api.check_can(actor, ActorsAct.EDIT_ORGANISATION, info.thing)

    def act(form: CardForm) -> HttpResponse:
        api.edit_organisation(actor=actor, organisation=organisation, **form.cleaned_data)
        return redirect("actors:organisation", organisation)

    form = CardForm(request.POST or None, initial={"name": info.name, "contact_email": info.contact_email})
    return _answer_form(request, form, act, title=_("Modifier la fiche"), button=_("Enregistrer"), organisation=info)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, organisation: int) -> HttpResponse:
    """Dissolve an organisation, or merge it into another."""
    actor, info = api.get_actor_of(request), find_organisation(organisation)
    api.check_can(actor, ActorsAct.END_ORGANISATION, info.thing)

    def act(form: EndForm) -> HttpResponse:
        successor = form.cleaned_data["successor"]
        api.end_organisation(actor=actor, organisation=organisation, successor=int(successor) if successor else None)
        return redirect("actors:organisation", organisation)

    form = EndForm(request.POST or None, info=info, others=api.list_organisations(state=OrganisationState.ACTIVE))
    return _answer_form(request, form, act, title=_("Clore l’organisation"), button=_("Clore l’organisation"), organisation=info)


@require_http_methods(["GET", "HEAD", "POST"])
def change_perimeter(request: HttpRequest, organisation: int) -> HttpResponse:
    """Change the territories on which an organisation acts."""
    actor, info = api.get_actor_of(request), find_organisation(organisation)
    api.check_can(actor, ActorsAct.CHANGE_PERIMETER, info.thing)

    def act(form: PerimeterForm) -> HttpResponse:
        api.change_perimeter(actor=actor, organisation=organisation, perimeter=form.cleaned_data["perimeter"])
        return redirect("actors:organisation", organisation)

    form = PerimeterForm(request.POST or None, initial={"perimeter": "\n".join(map(str, info.perimeter))})
    return _answer_form(request, form, act, title=_("Changer le périmètre"), button=_("Changer le périmètre"), organisation=info)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, organisation: int) -> HttpResponse:
    """Invite somebody: the letter leaves at once, and is the only place where the secret stands."""
    actor, info = api.get_actor_of(request), find_organisation(organisation)
    api.check_can(actor, ActorsAct.INVITE_MEMBER, info.thing)

    def act(form: InvitationForm) -> HttpResponse:
        email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
        secret = api.invite_member(actor=actor, organisation=organisation, email=email, role=role)
        _send_invitation(request, info, email=email, role=role, secret=secret, by=actor.name)
        messages.info(request, _("L’invitation est partie."))
        return redirect("actors:organisation", organisation)

    form = InvitationForm(request.POST or None, kind=info.kind)
    return _answer_form(request, form, act, title=_("Inviter quelqu’un"), button=_("Envoyer l’invitation"), organisation=info)


def _send_invitation(request: HttpRequest, info: OrganisationInfo, *, email: str, role: Role, secret: str, by: str) -> None:
    address = request.build_absolute_uri(reverse("actors:invitation", args=[secret]))
    text = _(
        "Bonjour,\n\n%(by)s vous invite à rejoindre « %(organisation)s » comme %(role)s.\n\n%(address)s\n\n"
        "L’adresse ci-dessus sert une fois, pendant %(days)d jours, à vous seul : ouvrez d’abord un compte à l’adresse %(email)s.\n"
    ) % {
        "by": by,
        "organisation": info.name,
        "role": ROLE_WORDS[role],
        "address": address,
        "days": INVITATION.days,
        "email": email,
    }
    send_mail(_("[Maillage] Une invitation"), text, None, [email])


@require_http_methods(["GET", "HEAD", "POST"])
def answer_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Join by an invitation. Reading the page uses nothing up: letters are opened by machines too."""
    actor = api.get_actor_of(request)
    if request.method == "POST":
        try:
            organisation = api.accept_invitation(actor=actor, secret=secret)
        except api.UnknownInvitation:
            raise Http404 from None
        except Refusal as refusal:
            return render(request, "actors/invitation.html", {"refusal": tell_refusal(refusal)}, status=409)
        sessions.act_for(request, organisation)
        return redirect("actors:organisation", organisation)
    return render(request, "actors/invitation.html", {"refusal": ""})


@require_POST
def end_membership(request: HttpRequest, membership: int) -> HttpResponse:
    """Leave, or end the role of a member."""
    actor = api.get_actor_of(request)
    try:
        _try(request, lambda: api.end_membership(actor=actor, membership=membership))
    except api.UnknownMembership:
        raise Http404 from None
    return redirect("actors:organisation", actor.organisation) if actor.organisation else redirect("actors:account")


@require_http_methods(["GET", "HEAD", "POST"])
def delegate(request: HttpRequest, organisation: int) -> HttpResponse:
    """Lend a role to a member of the organisation, for a time."""
    actor, info = api.get_actor_of(request), find_organisation(organisation)
    api.check_can(actor, ActorsAct.GIVE_DELEGATION, info.thing)

    def act(form: DelegationForm) -> HttpResponse:
        given = form.cleaned_data
        api.give_delegation(
            actor=actor,
            organisation=organisation,
            receiver=int(given["receiver"]),
            role=Role(given["role"]),
            subject=given["subject"],
            deed=given["deed"],
            period=form.period,
        )
        return redirect("actors:organisation", organisation)

    today = timezone.localdate()
    members = tuple(one for one in api.list_members(actor=actor, organisation=organisation) if one.person != actor.person)
    roles = actor.roles - {Role.VISITOR, Role.PERSON, Role.ADMINISTRATOR}
    form = DelegationForm(request.POST or None, members=members, roles=roles, initial={"starts_on": today, "ends_on": today + OFFERED_DAYS})
    return _answer_form(request, form, act, title=_("Donner délégation"), button=_("Donner délégation"), organisation=info)


@require_POST
def revoke_delegation(request: HttpRequest, delegation: int) -> HttpResponse:
    """End a delegation today."""
    actor = api.get_actor_of(request)
    try:
        _try(request, lambda: api.revoke_delegation(actor=actor, delegation=delegation))
    except api.UnknownDelegation:
        raise Http404 from None
    return redirect("actors:organisation", actor.organisation)


@require_GET
def show_mail(request: HttpRequest) -> HttpResponse:
    """The letters that the demo has sent into files, the newest first; no page at all elsewhere: they hold codes."""
    if not settings.DEMO:
        raise Http404
    files = sorted(settings.EMAIL_FILE_PATH.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:50]
    letters = [_read_letters(file.read_bytes()) for file in files]
    return render(request, "actors/mail.html", {"letters": [letter for some in letters for letter in some]})


def _read_letters(content: bytes) -> list[dict[str, str]]:
    """The letters of one file of Django's mail backend, each ended by a line of dashes."""
    letters = [message_from_bytes(part.strip(), policy=default_policy) for part in content.split(b"-" * 79) if part.strip()]
    return [
        {"to": str(letter["To"]), "subject": str(letter["Subject"]), "date": str(letter["Date"]), "text": str(letter.get_content())}
        for letter in letters
    ]


def find_organisation(organisation: int) -> OrganisationInfo:
    """The organisation of an address, or 404."""
    try:
        return api.get_organisation(organisation)
    except api.UnknownOrganisation:
        raise Http404 from None


def _try(request: HttpRequest, act: Callable[[], object]) -> None:
    """Do an act that a rule may refuse; the refusal is told on the next page. What the gate refuses travels on."""
    try:
        act()
    except Refusal as refusal:
        messages.warning(request, tell_refusal(refusal))


def _answer_form[F: BaseForm](
    request: HttpRequest,
    form: F,
    act: Callable[[F], HttpResponse],
    *,
    title: str,
    button: str,
    organisation: OrganisationInfo | None = None,
) -> HttpResponse:
    """Show a form, or do what it asks; a refusal of a rule stands on top of the form, with all that was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            return act(form)
        except Refusal as refusal:
            form.add_error(None, tell_refusal(refusal))
    context = {"form": form, "page_title": title, "button": button, "organisation": organisation}
    return render(request, "actors/form_page.html", context, status=400 if form.errors else 200)
