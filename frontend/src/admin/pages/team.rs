//! `/admin/{vendor}/team`: who is in the team, and who is invited.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::Page;
use shared::api::admin::team::{Invitation, InvitationMade, InvitationNew, Member, MemberEdit};
use shared::team::{Permission, Role};

use crate::admin::api::{self, Attempt, Method, call, read_value, write};
use crate::admin::ask::{Act, Answer, Ask};
use crate::admin::form::{Label, never_wrong};
use crate::admin::once::Secret;
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::components::button::button;
use crate::components::el::{Text, el, several};
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::table::table;
use crate::load::Loader;

use super::customers::part;

/// The page.
pub(crate) fn team() -> AnyView {
    let team = Team::of_app();
    let may = team.may(Permission::EditTeam);
    let invite =
        may.then(|| el("div", "row").child(button("button primary", words::INVITE, move || invite(team))).view());
    let members = list(team, "members?limit=100", move |items: Vec<Member>| members(team, items));
    let invitations =
        may.then(|| list(team, "invitations?limit=100", move |items: Vec<Invitation>| invitations(team, items)));
    let parts = [invite, Some(members), invitations];
    let content = el("div", "stack wide").children(parts.into_iter().flatten());
    let lead = Signal::stored(words::TEAM_LEAD.to_owned());
    page(Width::Full, Signal::stored(words::TEAM.to_owned()), Some(lead), content.into())
}

fn list<T: serde::de::DeserializeOwned>(
    team: Team,
    rest: &'static str,
    show: impl Fn(Vec<T>) -> AnyView + Send + 'static,
) -> AnyView {
    let loader = Loader::new(move || {
        team.heed_changes();
        api::list(team.path(rest))
    });
    loader.show(
        || skeleton("stack", 1, "skeleton medium"),
        move |found: Page<serde_json::Value>| {
            show(found.items.iter().filter_map(|item| read_value(item).ok()).collect())
        },
    )
}

/// The roles that the person may give, each with its name.
fn roles(team: Team) -> Vec<(String, String)> {
    let own = team.vendor().role;
    let given = Role::ALL.iter().filter(|role| own.may_appoint(**role));
    given.map(|role| (role.to_string(), words::role(*role).to_owned())).collect()
}

fn members(team: Team, items: Vec<Member>) -> AnyView {
    let own = team.vendor().role;
    let count = items.len();
    let rows = items.into_iter().map(|member| {
        let name = el("span", "strong").text(member.name.clone()).view();
        let may = own.may_appoint(member.role);
        let role = if may {
            let label = Label::hidden(format!("role-{}", member.account_id), words::role_of(&member.name));
            let (path, who) = (team.path(&format!("members/{}", member.account_id)), member.name.clone());
            let set = move |role: String| change_role(team, path.clone(), &who, &role);
            label.select(roles(team), Signal::stored(member.role.to_string()), set, never_wrong())
        } else {
            Text::from(words::role(member.role)).into()
        };
        let since = Text::from(intl::date(member.added_at)).into();
        let away =
            if may { button("button quiet", words::REMOVE, move || remove(team, &member)) } else { super::none() };
        vec![name, role, since, away]
    });
    part(words::MEMBERS, count, "", table(words::MEMBERS, [words::NAME, words::ROLE, words::SINCE, words::ACTS], rows))
}

fn invitations(team: Team, items: Vec<Invitation>) -> AnyView {
    let count = items.len();
    let rows = items.into_iter().map(|invitation| {
        let path = team.path(&format!("invitations/{}", invitation.invitation_id));
        let email = invitation.email.clone();
        vec![
            el("span", "strong").text(invitation.email).into(),
            Text::from(words::role(invitation.role)).into(),
            Text::from(intl::date_time(invitation.expires_at)).into(),
            button("button quiet", words::WITHDRAW, move || withdraw(team, path.clone(), &email)),
        ]
    });
    let columns = [words::EMAIL, words::ROLE, words::OPEN_UNTIL, words::ACTS];
    part(words::INVITATIONS, count, words::NO_INVITATIONS, table(words::INVITATIONS, columns, rows))
}

fn change_role(team: Team, path: String, who: &str, role: &str) {
    let Ok(role) = role.parse::<Role>() else { return };
    let act: Act = Arc::new(move |_| {
        let request = write(Method::Patch, &path, &MemberEdit { role });
        Some(Box::pin(async move {
            call(request?).await?;
            team.note_change();
            Ok(())
        }))
    });
    let title = words::ask_role(who, words::role(role));
    team.asking.ask(Ask::plain(title, words::role_means(role), words::CHANGE_ROLE, act, words::ROLE_CHANGED));
}

fn remove(team: Team, member: &Member) {
    let path = team.path(&format!("members/{}", member.account_id));
    let act: Act = Arc::new(move |_| Some(super::acts::delete(team, path.clone(), None)));
    let title = words::ask_remove(&member.name);
    let ask = Ask::plain(title, words::REMOVE_MEANS, words::REMOVE_MEMBER, act, words::MEMBER_REMOVED);
    team.asking.ask(Ask { takes: true, ..ask });
}

fn withdraw(team: Team, path: String, email: &str) {
    let act: Act = Arc::new(move |_| Some(super::acts::delete(team, path.clone(), None)));
    let title = words::ask_withdraw(email);
    let means = words::WITHDRAW_INVITATION_MEANS;
    let ask = Ask::plain(title, means, words::WITHDRAW, act, words::INVITATION_WITHDRAWN);
    team.asking.ask(Ask { takes: true, ..ask });
}

fn invite(team: Team) {
    let (email, role) = (Answer::new(String::new()), Answer::new(Role::Support.to_string()));
    let choices = roles(team);
    let fields = Arc::new(move || {
        let which = Label::new("role", words::ROLE, words::ROLE_HINT);
        let which = which.select(choices.clone(), role.value, move |chosen| role.value.set(chosen), role.wrong());
        several([email.input(Label::new("invited", words::EMAIL, ""), "email"), which])
    });
    let attempt = Attempt::new();
    let act: Act = Arc::new(move |_| {
        let has_at = |text: &str| text.contains('@').then(|| text.to_owned());
        let email = email.read(has_at, words::EMAIL_WRONG)?;
        let role = role.read(|text| text.parse().ok(), words::CHOOSE_ONE)?;
        let request = write(Method::Post, &team.path("invitations"), &InvitationNew { email, role });
        Some(Box::pin(async move {
            let made: InvitationMade = attempt.send(request?).await?;
            team.note_change();
            team.once.show(Secret {
                title: words::INVITED,
                detail: words::send_link(&made.invitation.email),
                value: made.url,
                what: words::INVITATION_LINK,
            });
            Ok(())
        }))
    });
    let title = words::INVITE.to_owned();
    let ask = Ask::plain(title, words::INVITE_MEANS, words::CREATE_LINK, act, words::INVITED);
    team.asking.ask(Ask { fields: Some(fields), ..ask });
}
