//! Prism on Amazon's own models: a marketplace that nobody here wrote.
//!
//! It refuses parameters that a model does not allow and answers with the model's examples.
//! Skipped where Prism (tests/setup-prism) or the models are not there.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use sellkeep_connect::amazon::live::operation::{OPERATIONS, Operation};
use sellkeep_connect::amazon::live::{
    Access, Asked, Gate, Grant, Meaning, Question, Region, Report, Settings, SystemClock,
};
use sellkeep_model::{DigestKey, Record};
use serde_json::json;

/// A store of the models' examples.
const STORE: &str = "ATVPDKIKX0DER";
/// What is wrong with the models' own examples, and understood as that.
const DEFECTS: &[(&str, &str)] = &[
    // Three answers in one, which no answer is.
    ("getOrderMetrics", "body: is not a list; left out"),
];
/// Node needs some seconds to start on a busy machine.
const START_WITHIN: Duration = Duration::from_mins(1);

/// The models, and what is asked of each.
fn questions(now: Timestamp) -> Vec<(&'static str, Vec<Question>)> {
    let stores = [STORE.to_owned(), "A2EUQ1WTGCTBG2".to_owned()];
    let since = now - SignedDuration::from_hours(24);
    vec![
        (
            "finances-api-model/transfers_2024-06-01.json",
            vec![
                Question::payment_methods(STORE),
                Question::expected_payouts(&stores),
                Question::payouts(&stores, since).page(Some("t")),
            ],
        ),
        (
            "finances-api-model/finances_2024-06-19.json",
            vec![Question::balances(&stores)],
        ),
        (
            "finances-api-model/financesV0.json",
            vec![
                Question::event_groups(since),
                Question::events(since, now).page(Some("t")),
            ],
        ),
        (
            "sellers-api-model/sellers.json",
            vec![Question::participations(), Question::account()],
        ),
        (
            "listings-items-api-model/listingsItems_2021-08-01.json",
            vec![Question::listings("S1", STORE, since)],
        ),
        (
            "sales-api-model/sales.json",
            vec![Question::metrics(STORE, since, now)],
        ),
        (
            "orders-api-model/orders_2026-01-01.json",
            vec![Question::orders(&stores, since)],
        ),
        (
            "reports-api-model/reports_2021-06-30.json",
            vec![
                Question::reports(Report::Listings, STORE, since),
                Question::create_report(Report::Listings, STORE),
                Question::report("1"),
                Question::document("amzn1.spdoc.1"),
            ],
        ),
        (
            "notifications-api-model/notifications.json",
            vec![Question::subscriptions("ORDER_CHANGE")],
        ),
    ]
}

fn folder(from_here: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(from_here)
}

/// A running Prism; it ends with this.
struct Prism(Child, u16);

impl Drop for Prism {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Prism {
    fn start(program: &Path, model: &Path) -> Prism {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let child = Command::new("node")
            .arg(program)
            .args(["mock", "-h", "127.0.0.1", "-p", &port.to_string()])
            .arg(model)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("node");
        let begin = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begin.elapsed() < START_WITHIN, "Prism does not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        Prism(child, port)
    }
}

/// A front that hands out tokens, which the models know nothing of, and passes the rest on.
async fn front(port: u16) -> String {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let pass = move |method: Method, uri: Uri, body: Bytes| {
        let client = client.clone();
        async move {
            if uri.path() == "/auth/o2/token" {
                let token = json!({"access_token": "Atza|x", "expires_in": 3600});
                return (StatusCode::OK, token.to_string());
            }
            let place = format!("http://127.0.0.1:{port}{uri}");
            let request = client.request(method, place);
            let request = request
                .header("content-type", "application/json")
                .body(body);
            let answer = request.send().await.expect("Prism answers");
            let status = answer.status();
            (status, answer.text().await.expect("a text"))
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let app = Router::new().fallback(pass);
        axum::serve(listener, app).await.expect("it serves");
    });
    format!("http://127.0.0.1:{port}")
}

fn access(address: String) -> Access {
    Access {
        settings: Settings {
            region: Region::Na,
            seller: "S1".to_owned(),
            stores: vec![STORE.to_owned()],
            client_id: "c".to_owned(),
            address: Some(address),
        },
        grant: Grant {
            refresh: "r".to_owned(),
            client_secret: "s".to_owned(),
        },
    }
}

/// What could not be understood in an answer.
fn problems(question: &Question, status: u16, body: &serde_json::Value) -> Vec<String> {
    let line = json!({"at": "2026-11-25T00:00:00Z", "account": "a", "source": "amazon.api",
        "operation": question.operation().name(), "request": question.recorded(), "status": status, "body": body});
    let record: Record = serde_json::from_value(line).expect("a record");
    let reading = sellkeep_connect::read(&record, &DigestKey::new([7; 32]));
    let problems = reading
        .problems
        .into_iter()
        .filter(|problem| !problem.harmless);
    problems
        .map(|problem| format!("{}: {}", problem.place, problem.says))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_is_answered_and_understood() {
    let program = folder("../../target/prism/node_modules/@stoplight/prism-cli/dist/index.js");
    let models = folder("../../../shared/suites/sp-api/models");
    if !program.is_file() || !models.is_dir() {
        println!("skipped: no Prism (tests/setup-prism) or no corpus");
        return;
    }
    let gate = Gate::with(Arc::new(SystemClock), Some(Duration::from_secs(30))).expect("a gate");
    let mut asked: Vec<Operation> = Vec::new();
    let mut found: Vec<(&str, String)> = Vec::new();
    for (model, questions) in questions(Timestamp::now()) {
        let prism = Prism::start(&program, &models.join(model));
        let access = access(front(prism.1).await);
        for question in questions {
            let answer = gate.ask(&access, &question).await.expect("a token");
            let Asked::Answered(answer) = answer else {
                panic!("the budget is full");
            };
            let body = answer.body.clone().unwrap_or_default();
            assert_eq!(
                answer.meaning(),
                Meaning::Good,
                "{}: {} {body}",
                question.operation(),
                answer.status
            );
            let operation = question.operation();
            let each = problems(&question, answer.status, &body).into_iter();
            found.extend(each.map(|problem| (operation.name(), problem)));
            asked.push(operation);
        }
    }
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(name, says)| (*name, says.as_str()))
        .collect();
    assert_eq!(found, DEFECTS);
    asked.sort_unstable();
    let all: Vec<Operation> = OPERATIONS.iter().map(|facts| facts.operation).collect();
    assert_eq!(asked, all, "every operation was asked once");
    println!(
        "{} operations answered by Prism and understood",
        asked.len()
    );
}
