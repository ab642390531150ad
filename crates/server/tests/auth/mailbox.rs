//! A mail server that keeps what it is given, and what a mail says.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// How long a mail may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to listen for mails that must not come.
const QUIET: Duration = Duration::from_millis(300);

/// The mails that have come in.
pub(crate) struct Mailbox {
    pub(crate) port: u16,
    mails: mpsc::UnboundedReceiver<Mail>,
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Head and body, lines ended by `\n`.
    pub(crate) text: String,
}

impl Mailbox {
    pub(crate) async fn open() -> Mailbox {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let (sender, mails) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, sender.clone()));
            }
        });
        Mailbox { port, mails }
    }

    /// The next mail to somebody, if it comes soon; those to others before it are forgotten.
    pub(crate) async fn next_to(&mut self, to: &str) -> Option<Mail> {
        let mail = async {
            loop {
                let mail = self.mails.recv().await.expect("the mail server runs");
                if mail.to.iter().any(|known| known == to) {
                    return mail;
                }
            }
        };
        tokio::time::timeout(PATIENCE, mail).await.ok()
    }

    /// How many mails come before nothing does.
    pub(crate) async fn count(&mut self) -> usize {
        let mut count = 0;
        while tokio::time::timeout(QUIET, self.mails.recv()).await.is_ok() {
            count += 1;
        }
        count
    }
}

impl Mail {
    /// A header line, unfolded and decoded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        header(&self.text, name)
    }

    /// The whole mail with quoted-printable undone.
    pub(crate) fn decoded(&self) -> String {
        unquoted(&self.text.replace("=\n", ""), '=')
    }
}

/// A header line of a mail, unfolded and decoded.
pub(crate) fn header(mail: &str, name: &str) -> Option<String> {
    let head = mail.split("\n\n").next()?;
    let prefix = format!("{}:", name.to_lowercase());
    let mut lines = head.lines().skip_while(|line| !line.to_lowercase().starts_with(&prefix));
    let mut value = lines.next()?[prefix.len()..].trim().to_owned();
    for folded in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        value = format!("{value} {}", folded.trim());
    }
    Some(decoded_words(&value))
}

/// Undoes `=?utf-8?q?…?=`; between two such words, the space does not count.
fn decoded_words(text: &str) -> String {
    let mut out = String::new();
    for word in text.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?q?").and_then(|word| word.strip_suffix("?="));
        match encoded {
            Some(encoded) => out += &unquoted(&encoded.replace('_', " "), '='),
            None if out.is_empty() => out += word,
            None => out = out + " " + word,
        }
    }
    out
}

fn unquoted(text: &str, mark: char) -> String {
    let mut parts = text.split(mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(char::from(byte));
                out += &part[2..];
            }
            None => {
                out.push(mark);
                out += part;
            }
        }
    }
    out
}

async fn serve(stream: TcpStream, mails: mpsc::UnboundedSender<Mail>) {
    let mut stream = BufReader::new(stream);
    let mut mail = Mail { from: String::new(), to: Vec::new(), text: String::new() };
    let _ = stream.write_all(b"220 here\r\n").await;
    let mut line = String::new();
    while {
        line.clear();
        stream.read_line(&mut line).await.unwrap_or(0) > 0
    } {
        let address = |line: &str| line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let answer = match line.get(..4).unwrap_or_default().to_uppercase().as_str() {
            "EHLO" | "HELO" => "250 here\r\n",
            "MAIL" => {
                mail.from = address(&line);
                "250 ok\r\n"
            }
            "RCPT" => {
                mail.to.push(address(&line));
                "250 ok\r\n"
            }
            "DATA" => {
                let _ = stream.write_all(b"354 go on\r\n").await;
                mail.text = data(&mut stream).await;
                let _ = mails.send(mail.clone());
                mail.to.clear();
                "250 kept\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

async fn data(stream: &mut BufReader<TcpStream>) -> String {
    let mut text = String::new();
    let mut line = String::new();
    while {
        line.clear();
        stream.read_line(&mut line).await.unwrap_or(0) > 0
    } {
        match line.trim_end() {
            "." => break,
            line => text = text + line.strip_prefix("..").map_or(line, |_| &line[1..]) + "\n",
        }
    }
    text
}
