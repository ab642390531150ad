//! EdgeQL's keywords and which of them may serve as names.

/// How far a keyword is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordClass {
    /// May be used as a name everywhere.
    Unreserved,
    /// May be used as the name of a pointer, not of anything else: `except`, `intersect`, `union`.
    PartiallyReserved,
    /// Needs backticks to be a name.
    Reserved,
    /// Two words that the lexer joins, because the first alone would be ambiguous.
    Combined,
}

macro_rules! keywords {
    ($($name:ident $text:literal $class:ident,)*) => {
        /// A keyword.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)] // the text says it
        #[repr(u8)]
        pub enum Keyword { $($name,)* }

        impl Keyword {
            /// All of them, single words first, each group in the order of the alphabet.
            pub const ALL: &[Keyword] = &[$(Keyword::$name,)*];

            const TEXTS: &[&str] = &[$($text,)*];

            const CLASSES: &[KeywordClass] = &[$(KeywordClass::$class,)*];
        }
    };
}

keywords! {
    DunderDefault "__default__" Reserved,
    DunderEdgedbsys "__edgedbsys__" Reserved,
    DunderEdgedbtpl "__edgedbtpl__" Reserved,
    DunderNew "__new__" Reserved,
    DunderOld "__old__" Reserved,
    DunderSource "__source__" Reserved,
    DunderSpecified "__specified__" Reserved,
    DunderStd "__std__" Reserved,
    DunderSubject "__subject__" Reserved,
    DunderType "__type__" Reserved,
    Abort "abort" Unreserved,
    Abstract "abstract" Unreserved,
    Access "access" Unreserved,
    Administer "administer" Reserved,
    After "after" Unreserved,
    Alias "alias" Unreserved,
    All "all" Unreserved,
    Allow "allow" Unreserved,
    Alter "alter" Reserved,
    Analyze "analyze" Reserved,
    And "and" Reserved,
    Annotation "annotation" Unreserved,
    Anyarray "anyarray" Reserved,
    Anyobject "anyobject" Reserved,
    Anytuple "anytuple" Reserved,
    Anytype "anytype" Reserved,
    Applied "applied" Unreserved,
    As "as" Unreserved,
    Asc "asc" Unreserved,
    Assignment "assignment" Unreserved,
    Before "before" Unreserved,
    Begin "begin" Reserved,
    Branch "branch" Unreserved,
    By "by" Reserved,
    Cardinality "cardinality" Unreserved,
    Case "case" Reserved,
    Cast "cast" Unreserved,
    Check "check" Reserved,
    Commit "commit" Reserved,
    Committed "committed" Unreserved,
    Config "config" Unreserved,
    Configure "configure" Reserved,
    Conflict "conflict" Unreserved,
    Constraint "constraint" Unreserved,
    Create "create" Reserved,
    Cube "cube" Unreserved,
    Current "current" Unreserved,
    Data "data" Unreserved,
    Database "database" Unreserved,
    Ddl "ddl" Unreserved,
    Deallocate "deallocate" Reserved,
    Declare "declare" Unreserved,
    Default "default" Unreserved,
    Deferrable "deferrable" Unreserved,
    Deferred "deferred" Unreserved,
    Delegated "delegated" Unreserved,
    Delete "delete" Reserved,
    Deny "deny" Unreserved,
    Desc "desc" Unreserved,
    Describe "describe" Reserved,
    Detached "detached" Reserved,
    Discard "discard" Reserved,
    Distinct "distinct" Reserved,
    Do "do" Reserved,
    Drop "drop" Reserved,
    Each "each" Unreserved,
    Else "else" Reserved,
    Empty "empty" Unreserved,
    End "end" Reserved,
    Except "except" PartiallyReserved,
    Exists "exists" Reserved,
    Explain "explain" Reserved,
    Expression "expression" Unreserved,
    Extending "extending" Reserved,
    Extension "extension" Unreserved,
    False "false" Reserved,
    Fetch "fetch" Reserved,
    Filter "filter" Reserved,
    Final "final" Unreserved,
    First "first" Unreserved,
    For "for" Reserved,
    Force "force" Unreserved,
    From "from" Unreserved,
    Function "function" Unreserved,
    Future "future" Unreserved,
    Get "get" Reserved,
    Global "global" Reserved,
    Grant "grant" Reserved,
    Group "group" Reserved,
    If "if" Reserved,
    Ilike "ilike" Reserved,
    Implicit "implicit" Unreserved,
    Import "import" Reserved,
    In "in" Reserved,
    Index "index" Unreserved,
    Infix "infix" Unreserved,
    Inheritable "inheritable" Unreserved,
    Insert "insert" Reserved,
    Instance "instance" Unreserved,
    Intersect "intersect" PartiallyReserved,
    Into "into" Unreserved,
    Introspect "introspect" Reserved,
    Is "is" Reserved,
    Isolation "isolation" Unreserved,
    Json "json" Unreserved,
    Last "last" Unreserved,
    Like "like" Reserved,
    Limit "limit" Reserved,
    Link "link" Unreserved,
    Listen "listen" Reserved,
    Load "load" Reserved,
    Lock "lock" Reserved,
    Match "match" Reserved,
    Migration "migration" Unreserved,
    Module "module" Reserved,
    Move "move" Reserved,
    Multi "multi" Unreserved,
    Named "named" Unreserved,
    Never "never" Reserved,
    Not "not" Reserved,
    Notify "notify" Reserved,
    Object "object" Unreserved,
    Of "of" Unreserved,
    Offset "offset" Reserved,
    On "on" Reserved,
    Only "only" Unreserved,
    Onto "onto" Unreserved,
    Operator "operator" Unreserved,
    Optional "optional" Reserved,
    Optionality "optionality" Unreserved,
    Or "or" Reserved,
    Order "order" Unreserved,
    Orphan "orphan" Unreserved,
    Over "over" Reserved,
    Overloaded "overloaded" Unreserved,
    Owned "owned" Unreserved,
    Package "package" Unreserved,
    Partition "partition" Reserved,
    Permission "permission" Unreserved,
    Policy "policy" Unreserved,
    Populate "populate" Unreserved,
    Postfix "postfix" Unreserved,
    Prefix "prefix" Unreserved,
    Prepare "prepare" Reserved,
    Property "property" Unreserved,
    Proposed "proposed" Unreserved,
    Pseudo "pseudo" Unreserved,
    Raise "raise" Reserved,
    Read "read" Unreserved,
    Refresh "refresh" Reserved,
    Reject "reject" Unreserved,
    Release "release" Unreserved,
    Rename "rename" Unreserved,
    Repeatable "repeatable" Unreserved,
    Required "required" Unreserved,
    Reset "reset" Unreserved,
    Restrict "restrict" Unreserved,
    Revoke "revoke" Reserved,
    Rewrite "rewrite" Unreserved,
    Role "role" Unreserved,
    Roles "roles" Unreserved,
    Rollback "rollback" Reserved,
    Rollup "rollup" Unreserved,
    Savepoint "savepoint" Unreserved,
    Scalar "scalar" Unreserved,
    Schema "schema" Unreserved,
    Sdl "sdl" Unreserved,
    Select "select" Reserved,
    Serializable "serializable" Unreserved,
    Session "session" Unreserved,
    Set "set" Reserved,
    Single "single" Reserved,
    Source "source" Unreserved,
    Start "start" Reserved,
    Superuser "superuser" Unreserved,
    System "system" Unreserved,
    Target "target" Unreserved,
    Template "template" Unreserved,
    Ternary "ternary" Unreserved,
    Text "text" Unreserved,
    Then "then" Unreserved,
    To "to" Unreserved,
    Transaction "transaction" Unreserved,
    Trigger "trigger" Unreserved,
    True "true" Reserved,
    Type "type" Unreserved,
    Typeof "typeof" Reserved,
    Union "union" PartiallyReserved,
    Unless "unless" Unreserved,
    Update "update" Reserved,
    Using "using" Unreserved,
    Variadic "variadic" Reserved,
    Verbose "verbose" Unreserved,
    Version "version" Unreserved,
    View "view" Unreserved,
    When "when" Reserved,
    Window "window" Reserved,
    With "with" Reserved,
    Write "write" Unreserved,
    ExtensionPackage "extension package" Combined,
    NamedOnly "named only" Combined,
    OrderBy "order by" Combined,
    SetAnnotation "set annotation" Combined,
    SetType "set type" Combined,
}

/// How many of [`Keyword::ALL`] are single words.
const SINGLE_WORDS: usize = Keyword::ALL.len() - 5;

/// The longest single word.
const MAX_LEN: usize = 13;

/// The first and last single word that starts with each letter from `_` (5f) to `z`: words are looked for among few.
const BY_LETTER: [(u8, u8); 28] = {
    let mut table = [(0, 0); 28];
    let mut at = 0;
    while at < SINGLE_WORDS {
        let letter = (Keyword::TEXTS[at].as_bytes()[0] - b'_') as usize;
        if table[letter].1 == 0 {
            table[letter].0 = at as u8;
        }
        table[letter].1 = at as u8 + 1;
        at += 1;
    }
    table
};

impl Keyword {
    /// The keyword that a word is, in any case.
    pub fn of(word: &str) -> Option<Keyword> {
        if word.len() > MAX_LEN || word.len() < 2 {
            return None;
        }
        let letter = word.as_bytes().first()?.to_ascii_lowercase().checked_sub(b'_')?;
        let (first, end) = *BY_LETTER.get(letter as usize)?;
        let candidates = Self::TEXTS.get(first as usize..end as usize)?;
        let at = candidates.iter().position(|text| text.eq_ignore_ascii_case(word))?;
        Self::ALL.get(first as usize + at).copied()
    }

    /// In lower case.
    pub fn text(self) -> &'static str {
        Self::TEXTS[self as usize]
    }

    /// How far it is reserved.
    pub fn class(self) -> KeywordClass {
        Self::CLASSES[self as usize]
    }

    /// The keyword that `self` and a following `next` make together.
    pub(super) fn joined_with(self, next: Keyword) -> Option<Keyword> {
        match (self, next) {
            (Keyword::Named, Keyword::Only) => Some(Keyword::NamedOnly),
            (Keyword::Set, Keyword::Annotation) => Some(Keyword::SetAnnotation),
            (Keyword::Set, Keyword::Type) => Some(Keyword::SetType),
            (Keyword::Extension, Keyword::Package) => Some(Keyword::ExtensionPackage),
            (Keyword::Order, Keyword::By) => Some(Keyword::OrderBy),
            _ => None,
        }
    }
}
