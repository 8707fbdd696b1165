//! Who is told when: lives of alerts on channels, as lists of what goes out.

use jiff::SignedDuration;
use sellkeep_model::{Length, ProofLevel, QuietHours};

use super::*;
use crate::grouping::{ACT_NOW_GAP, PARTS_MAX};

fn time(text: &str) -> Timestamp {
    format!("2026-11-24T{text}Z").parse().expect("a time")
}

fn minutes(minutes: i64) -> Length {
    Length(SignedDuration::from_mins(minutes))
}

fn route(name: &str) -> Route {
    Route {
        name: name.to_owned(),
        level: AlertLevel::CheckToday,
        detail: sellkeep_model::Detail::Full,
        accounts: Vec::new(),
        quiet: None,
        batch: None,
        repeat_every: None,
        ladder_only: false,
        one_by_one: false,
    }
}

fn alert(id: &str, level: AlertLevel, raised: &str) -> Alert {
    let raised = time(raised);
    Alert {
        id: id.to_owned(),
        detection: sellkeep_model::Detection {
            id: id.to_owned(),
            rule: "r".to_owned(),
            rule_version: "v".to_owned(),
            account: "a".to_owned(),
            level,
            title: "t".to_owned(),
            happened: raised,
            at: raised,
            object: None,
            how_we_know: Vec::new(),
            first_step: "f".to_owned(),
            deadline: None,
            causes: Vec::new(),
            proof: ProofLevel::Proven,
            family: "f".to_owned(),
            weight: 0.5,
            playbook: None,
            tags: Vec::new(),
        },
        count: 1,
        revision: 1,
        raised,
        changed: raised,
        state: AlertState::Open,
    }
}

/// What is sent on the way from a time to another, if everything arrives at once.
struct Life {
    routes: Vec<Route>,
    steps: Vec<LadderStep>,
    sent: Vec<Sent>,
}

impl Life {
    fn new(routes: Vec<Route>) -> Life {
        Life {
            routes,
            steps: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// Sends what is due until then, each at its time.
    fn until(&mut self, alerts: &[Alert], until: &str) -> Vec<String> {
        let until = time(until);
        let alerts: Vec<&Alert> = alerts.iter().collect();
        let mut said = Vec::new();
        loop {
            // The plan at the time of the next delivery is what would really be sent.
            let plan = plan(&self.routes, &self.steps, &alerts, &self.sent, until);
            let Some(next) = plan.first().filter(|next| next.at <= until) else {
                return said;
            };
            said.push(shown(next));
            self.sent.extend(next.sent(next.at).collect::<Vec<Sent>>());
            assert!(said.len() < 100, "it never ends: {said:?}");
        }
    }
}

fn shown(delivery: &Delivery) -> String {
    let parts: Vec<String> = delivery
        .parts
        .iter()
        .map(|part| format!("{}:{}", part.alert, part.why.as_str()))
        .collect();
    let at = delivery.at.to_string();
    format!("{} {} {}", &at[11..19], delivery.channel, parts.join(","))
}

#[test]
fn an_urgent_alert_goes_out_at_once_and_once() {
    let mut life = Life::new(vec![route("phone")]);
    let alerts = [alert("x", AlertLevel::ActNow, "10:00:00")];
    assert_eq!(life.until(&alerts, "10:00:00"), ["10:00:00 phone x:raised"]);
    assert_eq!(life.until(&alerts, "23:00:00"), Vec::<String>::new());
}

#[test]
fn a_plan_made_twice_is_the_same_plan() {
    let alerts = [
        alert("x", AlertLevel::ActNow, "10:00:00"),
        alert("y", AlertLevel::CheckToday, "10:00:00"),
    ];
    let alerts: Vec<&Alert> = alerts.iter().collect();
    let backwards: Vec<&Alert> = alerts.iter().rev().copied().collect();
    let routes = [route("phone"), route("mail")];
    let one = plan(&routes, &[], &alerts, &[], time("10:00:00"));
    let other = plan(&routes, &[], &backwards, &[], time("11:00:00"));
    assert_eq!(one, other);
    assert_eq!(one.len(), 4);
}

#[test]
fn a_channel_takes_its_level_and_its_accounts() {
    let mut deaf = route("deaf");
    deaf.level = AlertLevel::ActNow;
    let mut other = route("other");
    other.accounts = vec!["b".to_owned()];
    let mut ladder = route("ladder");
    ladder.ladder_only = true;
    let mut life = Life::new(vec![deaf, other, ladder, route("mail")]);
    let alerts = [
        alert("x", AlertLevel::CheckToday, "10:00:00"),
        alert("i", AlertLevel::ForInformation, "10:00:00"),
    ];
    assert_eq!(life.until(&alerts, "23:00:00"), ["10:00:00 mail x:raised"]);
}

#[test]
fn what_is_not_urgent_is_gathered_and_what_is_urgent_is_not() {
    let mut mail = route("mail");
    mail.batch = Some(minutes(15));
    let mut life = Life::new(vec![mail]);
    let alerts = [
        alert("c", AlertLevel::CheckToday, "10:00:00"),
        alert("d", AlertLevel::CheckToday, "10:10:00"),
        alert("e", AlertLevel::CheckToday, "10:20:00"),
        alert("x", AlertLevel::ActNow, "10:05:00"),
    ];
    assert_eq!(
        life.until(&alerts, "11:00:00"),
        [
            "10:05:00 mail x:raised",
            "10:15:00 mail c:raised,d:raised",
            "10:35:00 mail e:raised"
        ]
    );
}

#[test]
fn a_flood_of_urgent_alerts_is_one_message_every_few_seconds() {
    let mut life = Life::new(vec![route("phone")]);
    let first = [alert("a0", AlertLevel::ActNow, "10:00:00")];
    life.until(&first, "10:00:00");
    let flood: Vec<Alert> = (0..500)
        .map(|n| alert(&format!("a{n}"), AlertLevel::ActNow, "10:00:00"))
        .collect();
    let said = life.until(&flood, "10:00:30");
    assert_eq!(said.len(), 499_usize.div_ceil(PARTS_MAX), "{said:?}");
    assert!(said[0].starts_with("10:00:10"), "{said:?}");
    assert_eq!(ACT_NOW_GAP.as_secs(), 10);
}

#[test]
fn quiet_hours_hold_everything_but_act_now() {
    let mut phone = route("phone");
    phone.quiet = Some(QuietHours {
        from: jiff::civil::time(9, 0, 0, 0),
        to: jiff::civil::time(12, 0, 0, 0),
        time_zone: "UTC".to_owned(),
    });
    let mut life = Life::new(vec![phone]);
    let mut alerts = [
        alert("c", AlertLevel::CheckToday, "10:00:00"),
        alert("x", AlertLevel::ActNow, "10:00:00"),
    ];
    assert_eq!(life.until(&alerts, "10:30:00"), ["10:00:00 phone x:raised"]);
    alerts[0].detection.level = AlertLevel::ActNow;
    assert_eq!(life.until(&alerts, "11:00:00"), ["10:00:10 phone c:raised"]);
    alerts[1].state = AlertState::Resolved {
        reason: String::new(),
        at: time("11:30:00"),
    };
    assert_eq!(
        life.until(&alerts, "13:00:00"),
        ["12:00:00 phone x:resolved"]
    );
}

#[test]
fn a_service_with_a_list_gets_every_alert_and_its_end() {
    let mut duty = route("duty");
    duty.one_by_one = true;
    let mut life = Life::new(vec![duty]);
    let mut alerts = [
        alert("x", AlertLevel::ActNow, "10:00:00"),
        alert("y", AlertLevel::ActNow, "10:00:00"),
    ];
    assert_eq!(
        life.until(&alerts, "10:00:00"),
        ["10:00:00 duty x:raised", "10:00:00 duty y:raised"]
    );
    alerts[0].state = AlertState::ItWasMe {
        by: "owner".to_owned(),
        at: time("10:05:00"),
    };
    assert_eq!(
        life.until(&alerts, "11:00:00"),
        ["10:05:00 duty x:resolved"]
    );
}

#[test]
fn more_serious_is_told_at_once_even_where_somebody_is_on_it() {
    let mut life = Life::new(vec![route("phone")]);
    let mut alerts = [alert("x", AlertLevel::CheckToday, "10:00:00")];
    life.until(&alerts, "10:00:00");
    alerts[0].state = AlertState::Acknowledged {
        by: "owner".to_owned(),
        at: time("10:01:00"),
    };
    alerts[0].revision = 2;
    assert_eq!(life.until(&alerts, "10:30:00"), Vec::<String>::new());
    alerts[0].detection.level = AlertLevel::ActNow;
    alerts[0].revision = 3;
    alerts[0].changed = time("10:30:00");
    assert_eq!(life.until(&alerts, "10:30:00"), ["10:30:00 phone x:worse"]);
}

#[test]
fn news_is_told_and_counting_is_not() {
    let mut life = Life::new(vec![route("phone")]);
    let mut alerts = [alert("x", AlertLevel::ActNow, "10:00:00")];
    life.until(&alerts, "10:00:00");
    alerts[0].count = 7;
    alerts[0].changed = time("10:02:00");
    assert_eq!(life.until(&alerts, "10:05:00"), Vec::<String>::new());
    alerts[0].revision = 2;
    alerts[0].changed = time("10:05:00");
    assert_eq!(life.until(&alerts, "10:05:00"), ["10:05:00 phone x:news"]);
}

#[test]
fn reminders_come_ever_more_rarely() {
    let mut phone = route("phone");
    phone.repeat_every = Some(minutes(60));
    let mut life = Life::new(vec![phone]);
    let mut alerts = [
        alert("x", AlertLevel::ActNow, "00:00:00"),
        alert("c", AlertLevel::CheckToday, "00:00:00"),
    ];
    life.until(&alerts, "00:00:00");
    assert_eq!(
        life.until(&alerts, "20:00:00"),
        [
            "01:00:00 phone x:reminder",
            "03:00:00 phone x:reminder",
            "07:00:00 phone x:reminder",
            "15:00:00 phone x:reminder"
        ]
    );
    alerts[0].state = AlertState::NotMe {
        by: "owner".to_owned(),
        at: time("20:00:00"),
    };
    assert_eq!(life.until(&alerts[..1], "23:59:59"), Vec::<String>::new());
}

#[test]
fn a_pause_ends_with_a_reminder_and_a_rise_breaks_it() {
    let mut life = Life::new(vec![route("phone")]);
    let mut alerts = [alert("x", AlertLevel::CheckToday, "10:00:00")];
    life.until(&alerts, "10:00:00");
    alerts[0].state = AlertState::Snoozed {
        by: "owner".to_owned(),
        until: time("14:00:00"),
        reason: "travelling".to_owned(),
    };
    alerts[0].revision = 2;
    assert_eq!(life.until(&alerts, "13:59:59"), Vec::<String>::new());
    assert_eq!(
        life.until(&alerts, "15:00:00"),
        ["14:00:00 phone x:snooze-over"]
    );
    let mut worse = Life::new(vec![route("phone")]);
    worse.until(
        &[alert("x", AlertLevel::CheckToday, "10:00:00")],
        "10:00:00",
    );
    alerts[0].detection.level = AlertLevel::ActNow;
    alerts[0].changed = time("11:00:00");
    assert_eq!(worse.until(&alerts, "12:00:00"), ["11:00:00 phone x:worse"]);
}

#[test]
fn what_is_over_is_told_only_where_it_was_told_and_may_begin_again() {
    let mut life = Life::new(vec![route("phone")]);
    let mut alerts = [alert("x", AlertLevel::ActNow, "10:00:00")];
    let over = AlertState::Resolved {
        reason: "announced".to_owned(),
        at: time("10:00:00"),
    };
    alerts[0].state = over.clone();
    assert_eq!(life.until(&alerts, "11:00:00"), Vec::<String>::new());
    alerts[0].state = AlertState::Open;
    life.until(&alerts, "11:00:00");
    alerts[0].state = over;
    assert_eq!(
        life.until(&alerts, "12:00:00"),
        ["10:00:00 phone x:resolved"]
    );
    alerts[0].state = AlertState::Open;
    alerts[0].revision = 2;
    alerts[0].changed = time("13:00:00");
    assert_eq!(life.until(&alerts, "13:00:00"), ["13:00:00 phone x:raised"]);
}

fn ladder() -> Life {
    let mut sms = route("sms");
    sms.ladder_only = true;
    let mut call = route("call");
    call.ladder_only = true;
    let mut life = Life::new(vec![route("phone"), sms, call]);
    let step = |after, channel: &str| LadderStep {
        after: minutes(after),
        channel: channel.to_owned(),
        level: AlertLevel::ActNow,
    };
    life.steps = vec![step(5, "sms"), step(15, "call"), step(45, "call")];
    life
}

#[test]
fn the_ladder_is_climbed_until_somebody_acknowledges() {
    let mut life = ladder();
    let mut alerts = [
        alert("x", AlertLevel::ActNow, "10:00:00"),
        alert("c", AlertLevel::CheckToday, "10:00:00"),
    ];
    life.until(&alerts, "10:00:00");
    // Counting does not push the steps away.
    alerts[0].changed = time("10:04:59");
    alerts[0].count = 40;
    assert_eq!(
        life.until(&alerts, "10:20:00"),
        ["10:05:00 sms x:escalated", "10:15:00 call x:escalated"]
    );
    alerts[0].state = AlertState::Acknowledged {
        by: "owner".to_owned(),
        at: time("10:21:00"),
    };
    assert_eq!(life.until(&alerts, "12:00:00"), Vec::<String>::new());
    alerts[0].state = AlertState::Open;
    assert_eq!(
        life.until(&alerts, "12:00:00"),
        ["10:45:00 call x:escalated"]
    );
    assert_eq!(life.until(&alerts, "23:00:00"), Vec::<String>::new());
    alerts[0].state = AlertState::ItWasMe {
        by: "owner".to_owned(),
        at: time("23:00:00"),
    };
    let mut over = life.until(&alerts, "23:00:00");
    over.sort();
    assert_eq!(
        over,
        [
            "23:00:00 call x:resolved",
            "23:00:00 phone x:resolved",
            "23:00:00 sms x:resolved"
        ]
    );
}

#[test]
fn the_ladder_counts_from_the_rise() {
    let mut life = ladder();
    let mut alerts = [alert("x", AlertLevel::CheckToday, "10:00:00")];
    life.until(&alerts, "11:00:00");
    alerts[0].detection.level = AlertLevel::ActNow;
    alerts[0].revision = 2;
    alerts[0].changed = time("11:00:00");
    assert_eq!(
        life.until(&alerts, "11:14:59"),
        ["11:00:00 phone x:worse", "11:05:00 sms x:escalated"]
    );
}

#[test]
fn the_ladder_is_climbed_even_if_nothing_could_be_told() {
    let mut life = ladder();
    life.routes.remove(0);
    let alerts = [alert("x", AlertLevel::ActNow, "10:00:00")];
    assert_eq!(
        life.until(&alerts, "10:06:00"),
        ["10:05:00 sms x:escalated"]
    );
}

#[test]
fn ids_differ_where_the_message_differs() {
    let part = |revision, nth| Part {
        alert: "x".to_owned(),
        revision,
        level: AlertLevel::ActNow,
        why: Why::Reminder,
        nth,
    };
    let ids = [
        id("phone", &[part(1, 0)]),
        id("phone", &[part(1, 1)]),
        id("phone", &[part(2, 0)]),
        id("mail", &[part(1, 0)]),
    ];
    for (at, one) in ids.iter().enumerate() {
        assert!(!ids[at + 1..].contains(one));
    }
}

#[test]
fn the_past_may_be_given_in_any_order() {
    let mut life = ladder();
    let alerts = [alert("x", AlertLevel::ActNow, "10:00:00")];
    life.until(&alerts, "10:20:00");
    let mut other = ladder();
    other.sent = life.sent.iter().rev().cloned().collect();
    assert_eq!(
        life.until(&alerts, "23:00:00"),
        other.until(&alerts, "23:00:00")
    );
}
