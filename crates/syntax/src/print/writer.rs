//! Where the text goes: line ends and indentation are written when something follows them.

use super::Style;

/// A text in the making.
pub(super) struct Writer {
    pub(super) style: Style,
    pub(super) indent: usize,
    out: String,
    pending_line: bool,
}

impl Writer {
    pub(super) fn new(style: Style) -> Writer {
        Writer { style, indent: 0, out: String::new(), pending_line: false }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Text as it is.
    pub(super) fn put(&mut self, text: &str) {
        if self.pending_line && !self.out.is_empty() {
            if self.style.pretty {
                self.out.push('\n');
                self.out.extend(std::iter::repeat_n("    ", self.indent));
            } else {
                self.out.push(' ');
            }
        }
        self.pending_line = false;
        self.out.push_str(text);
    }

    /// Keywords, given in lower case.
    pub(super) fn keywords(&mut self, words: &str) {
        match self.style.upper {
            true => self.put(&words.to_ascii_uppercase()),
            false => self.put(words),
        }
    }

    /// What follows goes to the next line.
    pub(super) fn line(&mut self) {
        self.pending_line = true;
    }

    /// The next line, one level deeper.
    pub(super) fn open(&mut self) {
        self.indent += 1;
        self.line();
    }

    /// One level back.
    pub(super) fn close(&mut self) {
        self.indent = self.indent.saturating_sub(1);
    }

    /// Items with `separator` between them.
    pub(super) fn separated<T>(
        &mut self,
        items: &[T],
        separator: &str,
        mut write: impl FnMut(&mut Self, &T),
    ) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(separator);
            }
            write(self, item);
        }
    }

    /// Items on lines of their own between brackets, with commas between them.
    pub(super) fn lines<T>(
        &mut self,
        brackets: (&str, &str),
        items: &[T],
        mut write: impl FnMut(&mut Self, &T),
    ) {
        self.put(brackets.0);
        self.open();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(",");
                self.line();
            }
            write(self, item);
        }
        self.close();
        self.line();
        self.put(brackets.1);
    }
}
