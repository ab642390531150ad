//! Queries of every kind, described by hand, and the crate that they become.

use std::path::PathBuf;

use codegen::{
    ConfigValue, Derives, Described, Facts, FieldCase, Files, Layout, Options, PointerFacts, Printed,
    QueryFile, SessionSettings, Settings, TypeFacts, TypeOverride,
};
use gel_protocol::common::Cardinality::{AtLeastOne, AtMostOne, Many, NoResult, One};
use gel_protocol::common::{Capabilities, Cardinality, RawTypedesc};

use crate::typedesc::{Element, LINK, LINK_PROPERTY, Typedesc, arguments, nothing};

struct Query {
    path: &'static str,
    text: &'static str,
    cardinality: Cardinality,
    input: RawTypedesc,
    output: RawTypedesc,
}

/// A result with a field of every kind.
pub(crate) fn everything() -> RawTypedesc {
    let mut types = Typedesc::default();
    let scalars = scalars(&mut types);
    let (text, number) = (types.scalar(0x101, "std::str"), types.scalar(0x105, "std::int64"));
    let (email, mood) = (types.user_scalar("default::Email", text), mood(&mut types));
    let (texts, pair) = (types.array(text), types.tuple(&[text, number]));
    let point = types.named_tuple(&[("x", number), ("in", texts)]);
    let (range, ranges) = (types.range(number), types.multirange(number));
    let (set, arrays) = (types.set(number), types.set(texts));
    let person = types.object_type("default::Person");
    let friend = types.shape(
        person,
        &[
            Element(0, One, "since", number),
            Element(LINK_PROPERTY, AtMostOne, "since", text),
            Element(0, AtMostOne, "type", mood),
        ],
    );
    let friends = types.set(friend);
    let mut elements: Vec<Element<'_>> =
        scalars.iter().map(|(name, pos)| Element(0, AtMostOne, name, *pos)).collect();
    elements.extend([
        Element(0, One, "email", email),
        Element(0, One, "pair", pair),
        Element(0, One, "point", point),
        Element(0, One, "range", range),
        Element(0, One, "ranges", ranges),
        Element(0, Many, "numbers", set),
        Element(0, AtLeastOne, "arrays", arrays),
        Element(LINK, Many, "friends", friends),
        Element(LINK, AtMostOne, "best friend", friend),
        Element(0, One, "firstName", text),
        Element(0, One, "first_name", text),
        Element(0, One, "2nd", text),
        Element(0, One, "self", text),
    ]);
    types.shape(person, &elements);
    types.finish()
}

fn scalars(types: &mut Typedesc) -> Vec<(&'static str, u16)> {
    let known = [
        ("str", 0x101, "std::str"),
        ("bool", 0x109, "std::bool"),
        ("int16", 0x103, "std::int16"),
        ("int32", 0x104, "std::int32"),
        ("int64", 0x105, "std::int64"),
        ("float32", 0x106, "std::float32"),
        ("float64", 0x107, "std::float64"),
        ("bigint", 0x110, "std::bigint"),
        ("decimal", 0x108, "std::decimal"),
        ("bytes", 0x102, "std::bytes"),
        ("uuid", 0x100, "std::uuid"),
        ("json", 0x10f, "std::json"),
        ("datetime", 0x10a, "std::datetime"),
        ("local_datetime", 0x10b, "std::cal::local_datetime"),
        ("local_date", 0x10c, "std::cal::local_date"),
        ("local_time", 0x10d, "std::cal::local_time"),
        ("duration", 0x10e, "std::duration"),
        ("relative_duration", 0x111, "std::cal::relative_duration"),
        ("date_duration", 0x112, "std::cal::date_duration"),
        ("memory", 0x130, "cfg::memory"),
        ("vector", 0x9565dd88_04f5_11ee_a691_0b6ebe179825, "ext::pgvector::vector"),
        ("geometry", 0x44c901c0_d922_4894_83c8_061bd05e4840, "ext::postgis::geometry"),
        ("geography", 0x4d738878_3a5f_4821_ab76_9d8e7d6b32c4, "ext::postgis::geography"),
        ("box2d", 0x7fae5536_6311_4f60_8eb9_096a5d972f48, "ext::postgis::box2d"),
        ("box3d", 0xc1a50ff8_fded_48b0_85c2_4905a8481433, "ext::postgis::box3d"),
    ];
    known.into_iter().map(|(name, id, gel)| (name, types.scalar(id, gel))).collect()
}

fn mood(types: &mut Typedesc) -> u16 {
    types.enumeration("default::Mood", &["Happy", "so-so", "so so", "1st", "Self"])
}

/// Arguments of every kind, required and optional.
pub(crate) fn every_argument() -> RawTypedesc {
    arguments(|types| {
        let scalars = scalars(types);
        let (text, number) = (types.scalar(0x101, "std::str"), types.scalar(0x105, "std::int64"));
        let (email, mood) = (types.user_scalar("default::Email", text), mood(types));
        let (texts, pair) = (types.array(text), types.tuple(&[text, number]));
        let point = types.named_tuple(&[("x", number), ("y", number)]);
        let points = types.array(point);
        let range = types.range(number);
        let ranges = types.multirange(number);
        let mut all: Vec<_> = scalars.into_iter().map(|(name, pos)| (name, One, pos)).collect();
        all.extend([
            ("email", One, email),
            ("mood", AtMostOne, mood),
            ("texts", AtMostOne, texts),
            ("pair", AtMostOne, pair),
            ("points", One, points),
            ("range", AtMostOne, range),
            ("ranges", One, ranges),
            ("maybe_str", AtMostOne, text),
            ("maybe_number", AtMostOne, number),
            ("type", One, text),
            ("executor", One, text),
            ("slot", AtMostOne, text),
        ]);
        all
    })
}

/// A text and a number that may be left out.
pub(crate) fn positional() -> RawTypedesc {
    arguments(|types| {
        let (text, number) = (types.scalar(0x101, "std::str"), types.scalar(0x105, "std::int64"));
        vec![("0", One, text), ("1", AtMostOne, number)]
    })
}

/// The same after someone made the text a number.
pub(crate) fn positional_changed() -> RawTypedesc {
    arguments(|types| {
        let number = types.scalar(0x105, "std::int64");
        vec![("0", One, number), ("1", AtMostOne, number)]
    })
}

/// A text with everything that a careless printer would spoil.
pub(crate) const MOODS: &str =
    "select Mood filter '\\\\' != r'\"\"\"' and \"${a}`\" != '#\"##' # \\ at the end \\";

fn one_scalar(id: u128) -> RawTypedesc {
    let mut types = Typedesc::default();
    types.scalar(id, "std::scalar");
    types.finish()
}

fn built(build: impl FnOnce(&mut Typedesc)) -> RawTypedesc {
    let mut types = Typedesc::default();
    build(&mut types);
    types.finish()
}

fn queries() -> Vec<Query> {
    let pairs = built(|types| {
        let (text, number) = (types.scalar(0x101, "std::str"), types.scalar(0x105, "std::int64"));
        let pair = types.tuple(&[text, number]);
        types.array(pair);
    });
    let free = built(|types| {
        let (object, text) = (types.object_type("std::FreeObject"), types.scalar(0x101, "std::str"));
        types.shape(object, &[Element(0, One, "a", text)]);
    });
    // The client's codecs do not know these two, so they stand apart from the rest.
    let vectors = built(|types| {
        let half = types.scalar(0x4ba84534_188e_43b4_a7ce_cea2af0f405b, "ext::pgvector::halfvec");
        let sparse = types.scalar(0x003e434d_cac2_430a_b238_fb39d73447d2, "ext::pgvector::sparsevec");
        types.tuple(&[half, sparse]);
    });
    vec![
        Query {
            path: "vectors.edgeql",
            text: "select (v, s);",
            cardinality: One,
            input: nothing(),
            output: vectors,
        },
        Query {
            path: "everything.edgeql",
            text: "# A field of every kind.\n#\n# In two paragraphs.\n# @type pair = (String, i64)\nselect Person {…};",
            cardinality: Many,
            input: nothing(),
            output: everything(),
        },
        Query {
            path: "deep-er/arguments.edgeql",
            text: "# Every argument.\n#\n# @tag write admin\n# @param str Person.firstName\n# @param int64 default::Person.since\nselect \"#\" ++ r\"##\";",
            cardinality: One,
            input: every_argument(),
            output: one_scalar(0x101),
        },
        Query {
            path: "deep-er/type.edgeql",
            text: "# @deprecated use `arguments`\nselect <str>$0;\r\n",
            cardinality: AtLeastOne,
            input: positional(),
            output: one_scalar(0x105),
        },
        Query {
            path: "deep-er/make_index.edgeql",
            text: "create type X;",
            cardinality: NoResult,
            input: nothing(),
            output: nothing(),
        },
        Query {
            path: "moods.edgeql",
            text: MOODS,
            cardinality: Many,
            input: nothing(),
            output: built(|types| {
                mood(types);
            }),
        },
        Query {
            path: "pairs.edgeql",
            text: "# @name all_pairs\nselect [('a', 1)];",
            cardinality: AtMostOne,
            input: nothing(),
            output: pairs,
        },
        Query {
            path: "content.edgeql",
            text: "# @variants kind\nselect Content {kind := .__type__.name, title, rating,\n  [is Movie].length, [is Movie].director, [is Show].tags};",
            cardinality: Many,
            input: nothing(),
            output: content(),
        },
        Query {
            path: "shelf.edgeql",
            text: "# @result Shelf\nselect Shelf {items: {__type__: {name}, [is default::Movie].length, @place}};",
            cardinality: AtMostOne,
            input: nothing(),
            output: shelf(),
        },
        Query {
            path: "free.edgeql",
            text: "# @result Free\nselect {a := 'x'};",
            cardinality: One,
            input: nothing(),
            output: free.clone(),
        },
        Query {
            path: "free_too.edgeql",
            text: "# @result Free\nselect {a := 'y'};",
            cardinality: One,
            input: nothing(),
            output: free,
        },
    ]
}

/// A shape that says the type of each object by a name, and shows something of some types only.
pub(crate) fn content() -> RawTypedesc {
    built(|types| {
        let (text, float) = (types.scalar(0x101, "std::str"), types.scalar(0x107, "std::float64"));
        let texts = types.set(text);
        let of = types.object_type("default::Content");
        types.shape(
            of,
            &[
                Element(0, One, "kind", text),
                Element(0, One, "title", text),
                Element(0, AtMostOne, "rating", float),
                Element(0, AtMostOne, "length", float),
                Element(0, AtMostOne, "director", text),
                Element(0, Many, "tags", texts),
            ],
        );
    })
}

/// The same by `__type__`, below another object.
pub(crate) fn shelf() -> RawTypedesc {
    built(|types| {
        let (text, number) = (types.scalar(0x101, "std::str"), types.scalar(0x105, "std::int64"));
        let (ty, of) = (types.object_type("schema::ObjectType"), types.object_type("default::Content"));
        let name = types.shape(ty, &[Element(0, One, "name", text)]);
        let item = types.shape(
            of,
            &[
                Element(LINK, One, "__type__", name),
                Element(0, AtMostOne, "length", number),
                Element(LINK_PROPERTY, AtMostOne, "place", number),
            ],
        );
        let (items, shelf) = (types.set(item), types.object_type("default::Shelf"));
        types.shape(shelf, &[Element(LINK, Many, "items", items)]);
    })
}

/// The files that the generator makes of all of them.
pub(crate) fn generated() -> Files {
    generated_of(queries(), &Options { facts: facts(), ..Options::default() })
}

/// The one file of a few of them, where the project decides everything that it can.
pub(crate) fn generated_as_settled() -> Files {
    let chosen = ["content.edgeql", "free.edgeql", "deep-er/arguments.edgeql", "moods.edgeql"];
    let queries = queries().into_iter().filter(|query| chosen.contains(&query.path)).collect();
    let own = |of: &str, rust: &str| TypeOverride {
        of: of.to_owned(),
        rust: rust.to_owned(),
        span: diag::Span::default(),
    };
    let settings = Settings {
        derives: Derives { structs: vec!["PartialOrd".to_owned()], ..Derives::default() },
        types: vec![
            own("std::uuid", "crate::settled::Id"),
            own("default::Content.title", "crate::settled::Title"),
        ],
        field_case: FieldCase::AsWritten,
        layout: Layout::OneFile,
        module: Some("crate::settled::code".to_owned()),
        package: None,
        session: SessionSettings {
            module: Some("shop".to_owned()),
            aliases: [("b".to_owned(), "billing".to_owned())].into(),
            config: [("allow_user_specified_id".to_owned(), ConfigValue::Bool(true))].into(),
        },
    };
    generated_of(queries, &Options { facts: facts(), settings, state: Some(state()), ..Options::default() })
}

/// Session state with globals of several types.
fn state() -> RawTypedesc {
    built(|types| {
        let (text, number) = (types.scalar(0x101, "std::str"), types.scalar(0x105, "std::int64"));
        let (mood, pair, decimal) =
            (mood(types), types.tuple(&[text, number]), types.scalar(0x108, "std::decimal"));
        let texts = types.array(text);
        let globals = types.input_shape(&[
            ("default::tenant", text),
            ("default::mood", mood),
            ("shop::limits", texts),
            ("shop::share", decimal),
            ("default::pair", pair),
            ("sys::current_role", text),
        ]);
        types.input_shape(&[("module", text), ("globals", globals)]);
    })
}

fn generated_of(queries: Vec<Query>, options: &Options) -> Files {
    let file = |query: &Query| QueryFile {
        path: query.path.to_owned(),
        shown: format!("queries/{}", query.path),
        text: query.text.to_owned(),
    };
    let files: Vec<QueryFile> = queries.iter().map(file).collect();
    let described: Vec<Described<'_>> = queries
        .into_iter()
        .zip(&files)
        .map(|(query, file)| Described {
            file,
            cardinality: query.cardinality,
            capabilities: if query.cardinality == NoResult {
                Capabilities::DDL
            } else {
                Capabilities::empty()
            },
            input: query.input,
            output: query.output,
        })
        .collect();
    codegen::generate(&described, options, &mut Printed::default()).expect("all queries are sound")
}

/// A type below others, with pointers of its own.
fn below(ancestors: &[&str], pointers: &[&str], required: &[&str]) -> TypeFacts {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    TypeFacts {
        pointers: pointers.iter().map(|name| ((*name).to_owned(), PointerFacts::default())).collect(),
        ancestors: names(ancestors),
        is_abstract: ancestors.is_empty(),
        required: names(required),
        ..TypeFacts::default()
    }
}

/// What the schema says beyond the descriptions.
fn facts() -> Facts {
    let limited = |description: &str, constraints: &[(&str, &str)]| {
        let mut facts = PointerFacts { description: Some(description.to_owned()), ..PointerFacts::default() };
        constraints.iter().for_each(|(name, argument)| facts.limits.add(name, argument));
        facts
    };
    let since = limited("A year.", &[("std::min_value", "1900"), ("std::max_ex_value", "3000")]);
    let first = limited("As friends say it.", &[("std::max_len_value", "50"), ("std::regexp", "r'^\\w+$'")]);
    let person = TypeFacts {
        description: Some("Somebody we know.".to_owned()),
        pointers: [("since".to_owned(), since), ("firstName".to_owned(), first)].into(),
        ..TypeFacts::default()
    };
    let email = limited("An address for mail.", &[("std::min_len_value", "3"), ("std::exclusive", "")]);
    Facts {
        types: [
            ("default::Person".to_owned(), person),
            ("default::Content".to_owned(), below(&[], &["title"], &[])),
            ("default::Movie".to_owned(), below(&["default::Content"], &["length", "director"], &["length"])),
            ("default::Short".to_owned(), below(&["default::Content", "default::Movie"], &[], &["length"])),
            ("default::Show".to_owned(), below(&["default::Content"], &["tags"], &[])),
        ]
        .into(),
        scalars: [("default::Email".to_owned(), email)].into(),
    }
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/kinds/generated")
}

pub(crate) fn settled_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/kinds/settled")
}
