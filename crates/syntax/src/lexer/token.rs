//! Tokens.

use diag::Span;

use super::Keyword;

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
    /// Set where the token before it was left out in search of an error's cause: what stood before that one is complete.
    pub(crate) after_gap: bool,
}

impl Token {
    pub(crate) fn new(kind: TokenKind, start: usize, end: usize) -> Token {
        Token { kind, span: Span::new(start, end), after_gap: false }
    }
}

macro_rules! token_kinds {
    ($($(#[$doc:meta])* $name:ident $text:literal,)*) => {
        /// What a token is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum TokenKind {
            /// A keyword.
            Keyword(Keyword),
            $($(#[$doc])* $name,)*
        }

        impl TokenKind {
            /// All kinds but the keywords.
            pub(crate) const ALL: &[TokenKind] = &[$(TokenKind::$name,)*];

            /// How a message calls it.
            pub(crate) fn describe(self) -> String {
                match self {
                    TokenKind::Keyword(keyword) => format!("keyword '{}'", keyword.text().to_ascii_uppercase()),
                    $(TokenKind::$name => $text.to_owned(),)*
                }
            }
        }
    };
}

token_kinds! {
    /// A name, with or without backticks.
    Ident "identifier",
    /// `$name`
    Param "parameter",
    /// `\(name)`
    Substitution "substitution",
    /// A string.
    Str "string constant",
    /// The part of a string before its first `\(`.
    InterpolationStart "string interpolation start",
    /// The part of a string between a `)` and the next `\(`.
    InterpolationPart "string interpolation continue",
    /// The part of a string after its last `)`.
    InterpolationEnd "string interpolation end",
    /// A bytes literal.
    Bytes "binary constant",
    /// An integer.
    Int "int constant",
    /// A float.
    Float "float constant",
    /// A bigint.
    BigInt "big int constant",
    /// A decimal.
    Decimal "decimal constant",
    /// `,`
    Comma "','",
    /// `;`
    Semicolon "';'",
    /// `:`
    Colon "':'",
    /// `::`
    ColonColon "'::'",
    /// `:=`
    Assign "':='",
    /// `+=`
    AddAssign "'+='",
    /// `-=`
    SubAssign "'-='",
    /// `->`
    Arrow "'->'",
    /// `.`
    Dot "'.'",
    /// `.<`
    Backlink "'.<'",
    /// `@`
    At "'@'",
    /// `(`
    OpenParen "'('",
    /// `)`
    CloseParen "')'",
    /// `[`
    OpenBracket "'['",
    /// `]`
    CloseBracket "']'",
    /// `{`
    OpenBrace "'{'",
    /// `}`
    CloseBrace "'}'",
    /// `=`
    Eq "'='",
    /// `!=`
    Ne "'!='",
    /// `?=`
    OptionalEq "'?='",
    /// `?!=`
    OptionalNe "'?!='",
    /// `<`
    Lt "'<'",
    /// `<=`
    Le "'<='",
    /// `>`
    Gt "'>'",
    /// `>=`
    Ge "'>='",
    /// `??`
    Coalesce "'??'",
    /// `+`
    Plus "'+'",
    /// `++`
    PlusPlus "'++'",
    /// `-`
    Minus "'-'",
    /// `*`
    Star "'*'",
    /// `**`
    StarStar "'**'",
    /// `/`
    Slash "'/'",
    /// `//`
    SlashSlash "'//'",
    /// `%`
    Percent "'%'",
    /// `^`
    Caret "'^'",
    /// `|`
    Pipe "'|'",
    /// `&`
    Ampersand "'&'",
    /// The end of the text.
    End "end of input",
}
