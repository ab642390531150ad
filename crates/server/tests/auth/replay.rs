//! The record, asked again: every answer to the letter, but for codes, tokens and times, which are paired with their own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::mailbox::{self, Mailbox};
use crate::recording::{self, Message, What};
use crate::web::Site;

/// What is another every time: tokens, ids, times and codes of six digits.
static VOLATILE: LazyLock<Regex> = LazyLock::new(|| {
    let token = r"eyJ[\w-]+\.[\w-]+\.[\w-]+";
    let id = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00";
    let hash = r"\$argon2id\$v=19\$m=65536,t=3,p=4\$[\w+/]{22}\$[\w+/]{43}";
    Regex::new(&format!(r"{token}|{id}|{time}|{hash}|\b\d{{6}}\b")).expect("a good pattern")
});

/// What stands here for what stood in the record.
#[derive(Default)]
struct Pairs(BTreeMap<String, String>);

impl Pairs {
    /// Pairs what is volatile in a recorded text with what stands in its place in ours, and gives the text that ours must be.
    fn expected(&mut self, recorded: &str, ours: &str) -> String {
        let (theirs, here) = (volatile(recorded), volatile(ours));
        if theirs.len() == here.len() {
            for (theirs, here) in theirs.into_iter().zip(here) {
                self.0.entry(theirs).or_insert(here);
            }
        }
        self.replaced(recorded)
    }

    fn replaced(&self, text: &str) -> String {
        let replace =
            |found: &regex::Captures<'_>| self.0.get(&found[0]).unwrap_or(&found[0].to_owned()).clone();
        VOLATILE.replace_all(text, replace).into_owned()
    }
}

fn volatile(text: &str) -> Vec<String> {
    VOLATILE.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

/// Where we answer otherwise on purpose: parts of titles, and why.
const DIFFERENCES: [(&str, &str); 2] = [
    ("built-in UI without challenge", "the pages of the built-in UI are not served"),
    ("I. ext::auth::client_token", "told in words; see the tests of tokens"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_answer_is_given_again() {
    let site = Site::open("authgold").await;
    let mut mailbox = Mailbox::open().await;
    let mut pairs = Pairs::default();
    let mut wrong = Vec::new();
    let steps = recording::read(include_str!("recorded.md"));
    assert!(steps.len() > 150, "the record was read: {} steps", steps.len());
    for at in 0..steps.len() {
        let step = &steps[at];
        if DIFFERENCES.iter().any(|(title, _)| step.title.contains(title)) {
            continue;
        }
        let next = steps.get(at + 1).map(|next| &next.what);
        if matches!(next, Some(What::Mails(_))) {
            mailbox.count().await;
        }
        let compared = match &step.what {
            What::Nothing => continue,
            What::Http { request, response } => http(&site, &step.title, request, response, &mut pairs).await,
            What::Query { text, answer } => query(&site, text, answer, mailbox.port, &mut pairs).await,
            What::Mail(mail) => mailed(&mut mailbox, mail, &mut pairs).await,
            What::Mails(count) => vec![(count.to_string(), mailbox.count().await.to_string())],
            What::Get { path, status, headers, body } => get(&site, path, *status, headers, body).await,
        };
        let differences = compared.into_iter().filter(|(theirs, ours)| theirs != ours);
        wrong.extend(
            differences.map(|(theirs, ours)| format!("{}\n  Gel: {theirs}\n  we:  {ours}", step.title)),
        );
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    site.running.shutdown().await;
}

/// What was recorded, and what we say.
type Compared = Vec<(String, String)>;

async fn http(
    site: &Site,
    title: &str,
    request: &Message,
    response: &Message,
    pairs: &mut Pairs,
) -> Compared {
    let request = Message {
        start: pairs.replaced(&request.start),
        body: pairs.replaced(&request.body),
        headers: request.headers.clone(),
    };
    let answer = match title.contains("over TLS") {
        true => site.send_encrypted(&request).await,
        false => site.send(&request).await,
    };
    let body = pairs.expected(&response.body, &answer.body);
    let length = if body == answer.body { body.len() } else { response.body.len() };
    let mut recorded = head(&response.start, &response.headers, length);
    let ours = head(&answer.start, &answer.headers, length);
    recorded = pairs.expected(&recorded, &ours);
    vec![(recorded, ours), (body, answer.body)]
}

/// The first line and the header lines that matter, with the length that the body has; of no content, hyper writes no length.
fn head(start: &str, headers: &[(String, String)], length: usize) -> String {
    let line = |(name, value): &(String, String)| match name.to_lowercase().as_str() {
        "content-length" if length == 0 => None,
        "content-length" => Some(format!("\ncontent-length: {length}")),
        name => Some(format!("\n{name}: {value}")),
    };
    start.to_owned() + &headers.iter().filter_map(line).collect::<String>()
}

async fn get(site: &Site, path: &str, status: u16, headers: &[(String, String)], body: &str) -> Compared {
    // Gel counts things that we do not have.
    if path == "/metrics" {
        return Vec::new();
    }
    let answer = site.send(&Message { start: format!("GET {path}"), ..Message::default() }).await;
    let ours = head("", &answer.headers, body.len());
    let code = answer.start.split(' ').nth(1).unwrap_or_default().to_owned();
    vec![(status.to_string(), code), (head("", headers, body.len()), ours), (body.to_owned(), answer.body)]
}

async fn query(site: &Site, text: &str, answer: &str, port: u16, pairs: &mut Pairs) -> Compared {
    let text = text.replace("1025", &port.to_string());
    if !text.to_lowercase().starts_with("select") {
        let ours = site.execute(&text).await.map_or_else(|error| message(&error), |()| "OK".into());
        let recorded = answer.trim_start_matches("-> ").trim_start_matches('`');
        let recorded = recorded.split(['`', '\n']).next().unwrap_or_default();
        let recorded = if recorded.is_empty() { "OK" } else { recorded };
        return vec![(recorded.to_owned(), ours)];
    }
    let ours = site.json(&text).await.unwrap_or_else(|error| message(&error));
    let recorded = answer.trim_start_matches("-> ").lines().next().unwrap_or_default().trim_matches('`');
    let ours = respaced(&ours);
    vec![(pairs.expected(&respaced(recorded), &ours), ours)]
}

/// The same JSON with the same spaces; what is no JSON stays what it is.
fn respaced(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text).map_or_else(|_| text.to_owned(), |json| json.to_string())
}

fn message(error: &gel_tokio::Error) -> String {
    let name = error.kind_name();
    format!("{name}: {}", error.initial_message().unwrap_or_default())
}

/// The envelope, and the header lines that Gel wrote, but for how the parts are divided.
async fn mailed(mailbox: &mut Mailbox, recorded: &str, pairs: &mut Pairs) -> Compared {
    let (envelope, recorded) = recorded.split_once('\n').unwrap_or_default();
    let to = envelope.split('\'').nth(1).unwrap_or_default();
    let Some(mail) = mailbox.next_to(to).await else {
        return vec![(envelope.to_owned(), "no mail".to_owned())];
    };
    let ours = format!("MAIL FROM {}  RCPT TO ['{}']", mail.from, mail.to.join("', '"));
    let mut compared = vec![(envelope.to_owned(), ours)];
    for name in [
        "To",
        "From",
        "Subject",
        "X-gel-email-verify-url",
        "X-gel-password-reset-url",
        "X-gel-email-verify-code",
    ] {
        let ours = mail.header(name).unwrap_or_default();
        let theirs = mailbox::header(recorded, name).unwrap_or_default();
        assert!(!name.starts_with("X-gel") || mail.decoded().contains(&ours), "{ours} in {}", mail.text);
        compared.push((pairs.expected(&theirs, &ours), ours));
    }
    compared
}
