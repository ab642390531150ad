//! The record of a Gel server's answers, read from its page.

/// One step of the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// The heading above it.
    pub(crate) title: String,
    pub(crate) what: What,
}

/// What was done and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum What {
    #[default]
    Nothing,
    /// Head lines and body of the request and of the response.
    Http { request: Message, response: Message },
    /// A statement, and what stands behind its arrow; nothing where none does.
    Query { text: String, answer: String },
    /// The e-mail that the step before sent.
    Mail(String),
    /// How many e-mails the step before sent.
    Mails(usize),
    /// A request without a body, with its status, header lines and body.
    Get { path: String, status: u16, headers: Vec<(String, String)>, body: String },
}

/// An HTTP message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// The first line.
    pub(crate) start: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn parse(text: &str) -> Message {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let start = lines.next().unwrap_or_default().to_owned();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Message { start, headers, body: body.trim_end_matches('\n').to_owned() }
    }
}

/// All steps of the page, in order.
pub(crate) fn read(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut title = String::new();
    let mut request = Message::default();
    let mut lines = page.lines().peekable();
    let mut before = "";
    while let Some(line) = lines.next() {
        let what = match line {
            _ if line.starts_with('#') => {
                title = line.trim_start_matches('#').trim().to_owned();
                None
            }
            "```" if before == "Request:" => {
                request = Message::parse(&block(&mut lines));
                None
            }
            "```" if before.starts_with("Response") => {
                let response = Message::parse(&block(&mut lines));
                Some(What::Http { request: std::mem::take(&mut request), response })
            }
            "```" if before.starts_with("E-mail") => Some(What::Mail(block(&mut lines))),
            "```edgeql" => {
                let text = block(&mut lines);
                let mut answer = String::new();
                if lines.peek().is_some_and(|line| line.starts_with("->")) {
                    while let Some(line) = lines.next_if(|line| !line.is_empty()) {
                        answer = answer + line + "\n";
                    }
                }
                Some(What::Query { text, answer })
            }
            _ => counted(line).or_else(|| get(line)),
        };
        if let Some(what) = what {
            steps.push(Step { title: title.clone(), what });
        }
        if !line.is_empty() {
            before = line;
        }
    }
    steps
}

fn block<'a>(lines: &mut impl Iterator<Item = &'a str>) -> String {
    lines.take_while(|line| *line != "```").collect::<Vec<_>>().join("\n")
}

fn counted(line: &str) -> Option<What> {
    let count = line.strip_prefix("(mails: ")?.strip_suffix(')')?;
    count.parse().ok().map(What::Mails)
}

/// `- GET path -> status {'name': ['value'], …} body '…' (…)`
fn get(line: &str) -> Option<What> {
    let (path, rest) = line.strip_prefix("- GET ")?.split_once(" -> ")?;
    let (status, rest) = rest.split_once(" `{")?;
    let (headers, rest) = rest.split_once("}`")?;
    let header = |text: &str| {
        let (name, value) = text.trim().split_once(": ")?;
        let quotes: &[char] = &['\'', '[', ']'];
        Some((name.trim_matches(quotes).to_owned(), value.trim_matches(quotes).to_owned()))
    };
    let body = rest.split_once("`'").and_then(|(_, rest)| rest.rsplit_once("'`"))?.0;
    let headers = headers.split("],").filter_map(header).collect();
    Some(What::Get { path: path.into(), status: status.parse().ok()?, headers, body: body.into() })
}
