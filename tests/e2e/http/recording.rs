//! Requests and answers recorded in Markdown.

use std::collections::BTreeMap;

/// One request and what was answered.
pub(super) struct Exchange {
    pub(super) name: String,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    pub(super) answer: Answer,
}

/// A status and a body; an empty body is one that is not compared.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// The exchanges under the `###` headings of a recording.
pub(super) fn exchanges(text: &str) -> Vec<Exchange> {
    text.split("\n### ").skip(1).map(exchange).collect()
}

fn exchange(section: &str) -> Exchange {
    let name = section.lines().next().unwrap_or_default().to_owned();
    let mut blocks = section.split("```").skip(1).step_by(2);
    let request = blocks.next().expect("a request block").trim_start_matches('\n');
    let response = blocks.next().expect("a response block").trim_start_matches('\n');
    let (head, body) = split_head(request);
    let mut lines = head.lines();
    let (method, target) = lines.next().and_then(|line| line.split_once(' ')).expect("a request line");
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    let (response_head, response_body) = split_head(response);
    let status = response_head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status line");
    let answer = Answer { status, body: response_body.unwrap_or_default() };
    Exchange { name, method: method.to_owned(), target: target.to_owned(), headers, body, answer }
}

/// The head of a message and, behind an empty line, its body.
fn split_head(message: &str) -> (String, Option<String>) {
    match message.split_once("\n\n") {
        Some((head, body)) => {
            let body = body.strip_suffix('\n').unwrap_or(body).to_owned();
            (head.to_owned(), Some(body).filter(|body| !body.is_empty()))
        }
        None => (message.trim_end().to_owned(), None),
    }
}

/// The answers that differ on purpose, by the name of their exchange: `##` headings with an `http` block.
pub(super) fn differences(text: &str) -> BTreeMap<String, Answer> {
    text.split("\n## ").skip(1).map(difference).collect()
}

fn difference(section: &str) -> (String, Answer) {
    let name = section.lines().next().unwrap_or_default().to_owned();
    let block =
        section.split("```http\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an http block");
    let (status, body) = block.split_once('\n').expect("a status line");
    let answer = Answer { status: status.parse().expect("a status"), body: body.trim_end().to_owned() };
    (name, answer)
}
