//! A schema as text that can be kept and read back: identities and history included.

use std::collections::HashMap;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use value::Uuid;

use crate::Schema;
use crate::decl::Decl;
use crate::model::Migration;

const HEADER: &str = "schema 2";
/// Of dumps whose migrations have no text of the schema that they led to.
const HEADER_WITHOUT_SDL: &str = "schema 1";

impl Schema {
    /// Everything of the user's as text: the document, the ids, the migrations.
    pub fn dump(&self) -> String {
        let mut out = Writer::default();
        out.put(HEADER);
        out.put(&self.describe_sdl());
        let mut ids = Vec::new();
        for decl in self.declared().iter() {
            collect_ids(decl, &mut Vec::new(), &mut ids);
        }
        out.put(&ids.len().to_string());
        for (path, id) in &ids {
            out.put(path);
            out.put(&id.to_string());
        }
        for migration in self.migrations() {
            out.put(&migration.id.to_string());
            out.put(&migration.name);
            out.put(&migration.script);
            out.put_some(migration.parent.as_ref());
            out.put_some(migration.message.as_ref());
            out.put_some(migration.generated_by.as_ref());
            out.put_some(migration.sdl.as_ref());
        }
        out.text
    }

    /// Reads what [`Schema::dump`] wrote.
    ///
    /// # Errors
    /// `InternalServerError` where it is damaged, or of a version that is not known.
    pub fn load(text: &str) -> Result<Schema> {
        let mut input = Reader { rest: text };
        let has_sdl = match input.next()? {
            HEADER => true,
            HEADER_WITHOUT_SDL => false,
            _ => return Err(damaged()),
        };
        let document = syntax::parse_sdl(input.next()?)?;
        let count: usize = input.next()?.parse().map_err(|_| damaged())?;
        let mut ids = HashMap::new();
        for place in 0..count {
            ids.insert(input.next()?, (place, input.id()?));
        }
        let mut migrations = Vec::new();
        while !input.rest.is_empty() {
            migrations.push(Arc::new(input.migration(has_sdl)?));
        }
        let read = Schema::from_sdl(&Schema::empty(), &document)?;
        let mut declared = read.declared().clone();
        for decl in declared.items.values_mut() {
            restore(Arc::make_mut(decl), &mut Vec::new(), &ids);
        }
        declared.items.sort_by_cached_key(|key, _| ids.get(&**key).map(|(place, _)| *place));
        declared.clear_spans();
        declared.migrations = migrations;
        Schema::of(read.below(), declared, false)
    }
}

/// The path of keys down to a declaration.
fn path_of(path: &[Arc<str>]) -> String {
    path.join("\u{1f}")
}

fn collect_ids(decl: &Decl, path: &mut Vec<Arc<str>>, ids: &mut Vec<(String, Uuid)>) {
    path.push(decl.key());
    ids.push((path_of(path), decl.id));
    for child in &decl.children {
        collect_ids(child, path, ids);
    }
    path.pop();
}

/// Gives a declaration and what is in it their ids and their order back.
fn restore(decl: &mut Decl, path: &mut Vec<Arc<str>>, ids: &HashMap<&str, (usize, Uuid)>) {
    path.push(decl.key());
    if let Some((_, id)) = ids.get(&*path_of(path)) {
        decl.id = *id;
    }
    for child in &mut decl.children {
        restore(child, path, ids);
    }
    decl.children.sort_by_cached_key(|child| {
        path.push(child.key());
        let place = ids.get(&*path_of(path)).map(|(place, _)| *place);
        path.pop();
        place
    });
    path.pop();
}

/// Texts one after another, each after its length.
#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.text.push_str(&format!("{}:{text}\n", text.len()));
    }

    fn put_some(&mut self, text: Option<&Arc<str>>) {
        match text {
            Some(text) => self.put(&format!("+{text}")),
            None => self.put(""),
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<&'t str> {
        let (length, rest) = self.rest.split_once(':').ok_or_else(damaged)?;
        let length: usize = length.parse().map_err(|_| damaged())?;
        let text = rest.get(..length).ok_or_else(damaged)?;
        self.rest = rest.get(length + 1..).ok_or_else(damaged)?;
        Ok(text)
    }

    fn id(&mut self) -> Result<Uuid> {
        Uuid::parse_str(self.next()?).map_err(|_| damaged())
    }

    fn some(&mut self) -> Result<Option<Arc<str>>> {
        Ok(self.next()?.strip_prefix('+').map(Arc::from))
    }

    fn migration(&mut self, has_sdl: bool) -> Result<Migration> {
        Ok(Migration {
            id: self.id()?,
            name: self.next()?.into(),
            script: self.next()?.into(),
            parent: self.some()?,
            message: self.some()?,
            generated_by: self.some()?,
            sdl: if has_sdl { self.some()? } else { None },
        })
    }
}

fn damaged() -> Diagnostic {
    Diagnostic::new(ErrorCode::INTERNAL_SERVER, "the stored schema is damaged")
}
