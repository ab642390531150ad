//! Settings in force as one JSON object by name, as `cfg::get_config_json` gives it.

use std::sync::Arc;

use diag::Result;
use schema::{ObjectType, Pointer};
use value::{Json, Value};

use crate::settings::{
    CONFIG, Configured, Content, Layers, Settings, defaults, extension_configs, is_setting, links_of,
};
use crate::version::Version;

/// Where a value may come from, each over those before it: as the function names it, and whose it is.
const SOURCES: [(&str, &str); 4] = [
    ("default", "INSTANCE"),
    ("system override", "INSTANCE"),
    ("database", "DATABASE"),
    ("session", "SESSION"),
];

/// What only the engine below would know of.
const OF_ENGINE: &str = "track_query_stats";

/// Which values are asked for.
pub(crate) struct Asked<'a> {
    /// Only from these sources; from any where there are none.
    pub(crate) sources: Option<&'a [String]>,
    /// From none above this one.
    pub(crate) max_source: Option<&'a str>,
}

impl Asked<'_> {
    fn takes(&self, source: usize) -> bool {
        let named = |name: &str| SOURCES.get(source).is_some_and(|(source, _)| *source == name);
        let highest = self.max_source.and_then(|max| SOURCES.iter().position(|(name, _)| *name == max));
        highest.is_none_or(|highest| source <= highest)
            && self.sources.is_none_or(|sources| sources.iter().any(|name| named(name)))
    }

    /// The value that counts, with its source: `found` stand in the order of the sources.
    fn choose<T>(&self, found: [Option<T>; SOURCES.len()]) -> Option<(usize, T)> {
        let taken = found.into_iter().enumerate().filter(|(source, _)| self.takes(*source));
        taken.filter_map(|(source, value)| Some((source, value?))).next_back()
    }
}

/// The settings with their values; what is secret stays out.
pub(crate) fn to_json(version: &Version, layers: Layers<'_>, asked: &Asked<'_>) -> Result<Json> {
    let mut entries = vec![entry("__dbver__", 0, Json::Null)];
    let schema = version.schema();
    let own = schema.object_type_named(CONFIG).into_iter().map(|ty| (ty, String::new()));
    let of_extensions = extension_configs(schema).into_iter().map(|ty| (ty, format!("{}::", ty.name)));
    for (ty, prefix) in own.chain(of_extensions) {
        let configuration = Configuration { version, ty, prefix, layers, asked };
        entries.extend(configuration.properties()?);
        entries.extend(configuration.links()?);
    }
    Ok(Json::object(entries))
}

fn entry(name: &str, source: usize, value: Json) -> (Arc<str>, Json) {
    let (source, scope) = SOURCES.get(source).copied().unwrap_or(SOURCES[0]);
    let text = |text: &str| Json::String(text.into());
    let fields = [("name", text(name)), ("scope", text(scope)), ("value", value), ("source", text(source))];
    (name.into(), Json::object(fields.map(|(name, value)| (name.into(), value)).into()))
}

/// What of one type of configuration is asked for.
struct Configuration<'a> {
    version: &'a Version,
    ty: &'a ObjectType,
    /// What stands before the names: nothing, or `ext::auth::AuthConfig::`.
    prefix: String,
    layers: Layers<'a>,
    asked: &'a Asked<'a>,
}

impl Configuration<'_> {
    fn properties(&self) -> Result<Vec<(Arc<str>, Json)>> {
        let defaults = match self.prefix.is_empty() {
            true => Some(defaults()?),
            false => self.version.extension_defaults()?.get(self.ty.name.as_str()),
        };
        let is_shown =
            |pointer: &&Arc<Pointer>| is_setting(pointer) && !pointer.secret && *pointer.name != *OF_ENGINE;
        let mut entries = Vec::new();
        for pointer in self.ty.pointers.values().filter(is_shown) {
            let name = format!("{}{}", self.prefix, pointer.name);
            let default = defaults.and_then(|defaults| defaults.get(&pointer.name)).map(Vec::as_slice);
            let found = [
                Some(default.unwrap_or_default()),
                self.layers.instance.get(&name),
                self.layers.branch.and_then(|settings| settings.get(&name)),
                self.layers.session.and_then(|state| state.config.get(&*name)).map(Vec::as_slice),
            ];
            if let Some((source, values)) = self.asked.choose(found) {
                entries.push(entry(&name, source, values_json(values, pointer.is_multi())?));
            }
        }
        Ok(entries)
    }

    fn links(&self) -> Result<Vec<(Arc<str>, Json)>> {
        let schema = self.version.schema();
        let mut entries = Vec::new();
        for (link, target) in links_of(schema, self.ty) {
            let of = |settings: &Settings| {
                let only = Layers { session: None, branch: None, instance: settings };
                let objects = only.objects(schema, target.name.as_str());
                let objects: Vec<Arc<Configured>> = objects.into_iter().cloned().collect();
                Some(objects).filter(|objects| !objects.is_empty())
            };
            let found = [Some(Vec::new()), of(self.layers.instance), self.layers.branch.and_then(of), None];
            if let Some((source, objects)) = self.asked.choose(found) {
                let mut objects: Vec<Json> =
                    objects.iter().map(|object| object_json(object)).collect::<Result<_>>()?;
                let value =
                    if link.is_multi() { Json::Array(objects) } else { objects.pop().unwrap_or(Json::Null) };
                entries.push(entry(&format!("{}{}", self.prefix, link.name), source, value));
            }
        }
        Ok(entries)
    }
}

fn values_json(values: &[Value], multi: bool) -> Result<Json> {
    let all = values.iter().map(value_json).collect::<Result<Vec<_>>>()?;
    Ok(match multi {
        true => Json::Array(all),
        false => all.into_iter().next().unwrap_or(Json::Null),
    })
}

fn value_json(value: &Value) -> Result<Json> {
    let mut text = String::new();
    value.write_json(&mut text);
    Json::parse(&text).map_err(exec::std::diagnostic)
}

fn object_json(object: &Configured) -> Result<Json> {
    let mut fields = vec![("_tname".into(), Json::String(object.class.clone()))];
    for (name, content) in &object.fields {
        let value = match content {
            Content::Values(setting) if setting.slot.secret => continue,
            Content::Values(setting) => values_json(&setting.values, setting.slot.multi)?,
            Content::Object(object) => object_json(object)?,
        };
        fields.push((name.clone(), value));
    }
    Ok(Json::object(fields))
}
