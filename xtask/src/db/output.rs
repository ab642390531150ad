//! How values look in a terminal: as EdgeQL writes them, in a table where they are objects.

use gel_protocol::value::Value;

/// Cells longer than this are cut in a table.
const CELL: usize = 60;

/// The answer of a query for people.
pub(super) fn table(values: &[Value]) -> String {
    if values.is_empty() {
        return "{}\n".to_owned();
    }
    match columns(values) {
        Some(columns) => grid(&columns, values),
        None => values.iter().map(|value| format!("{}\n", text(value))).collect(),
    }
}

/// The names of the fields, where every value is an object of the same ones.
fn columns(values: &[Value]) -> Option<Vec<String>> {
    let mut all = values.iter().map(|value| match value {
        Value::Object { shape, .. } => Some(field_names(shape)),
        _ => None,
    });
    let first = all.next()??;
    all.all(|columns| columns.as_ref() == Some(&first)).then_some(first)
}

fn field_names(shape: &gel_protocol::codec::ObjectShape) -> Vec<String> {
    let name = |element: &gel_protocol::codec::ShapeElement| match element.flag_link_property {
        true => format!("@{}", element.name),
        false => element.name.clone(),
    };
    shape.elements.iter().map(name).collect()
}

fn grid(columns: &[String], values: &[Value]) -> String {
    let rows: Vec<Vec<String>> = values.iter().map(cells).collect();
    let width = |at: usize, name: &String| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain([name.chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = columns.iter().enumerate().map(|(at, name)| width(at, name)).collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", padded.join(" | ").trim_end())
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let body: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}\n{body}", line(columns), rule.join("-+-"))
}

fn cells(value: &Value) -> Vec<String> {
    let Value::Object { fields, .. } = value else { return vec![text(value)] };
    fields.iter().map(|field| shortened(&field.as_ref().map_or("{}".to_owned(), text))).collect()
}

fn shortened(cell: &str) -> String {
    let cell = cell.replace('\n', " ");
    match cell.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", cell.get(..end).unwrap_or_default()),
        None => cell,
    }
}

/// One value as EdgeQL writes it.
pub(super) fn text(value: &Value) -> String {
    let list = |values: &[Value]| values.iter().map(text).collect::<Vec<_>>().join(", ");
    match value {
        Value::Nothing => "{}".to_owned(),
        Value::Uuid(v) => v.to_string(),
        Value::Str(v) => format!("'{}'", v.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Bytes(v) => format!("b'{}'", v.escape_ascii()),
        Value::Int16(v) => v.to_string(),
        Value::Int32(v) => v.to_string(),
        Value::Int64(v) => v.to_string(),
        Value::Float32(v) => v.to_string(),
        Value::Float64(v) => v.to_string(),
        Value::BigInt(v) => format!("{v}n"),
        Value::Decimal(v) => format!("{v}n"),
        Value::ConfigMemory(v) => v.to_string(),
        Value::Bool(v) => v.to_string(),
        Value::Datetime(v) => format!("{v:?}"),
        Value::LocalDatetime(v) => format!("{v:?}"),
        Value::LocalDate(v) => format!("{v:?}"),
        Value::LocalTime(v) => format!("{v:?}"),
        Value::Duration(v) => v.to_string(),
        Value::RelativeDuration(v) => v.to_string(),
        Value::DateDuration(v) => v.to_string(),
        Value::Json(v) => v.to_string(),
        Value::Set(v) => format!("{{{}}}", list(v)),
        Value::Tuple(v) => format!("({})", list(v)),
        Value::Array(v) => format!("[{}]", list(v)),
        Value::Enum(v) => v.to_string(),
        Value::Object { shape, fields } => {
            let fields = field_names(shape).into_iter().zip(fields);
            let field = |(name, value): (String, &Option<Value>)| {
                format!("{name}: {}", value.as_ref().map_or("{}".to_owned(), text))
            };
            format!("{{{}}}", fields.map(field).collect::<Vec<_>>().join(", "))
        }
        Value::NamedTuple { shape, fields } => {
            let pairs = shape.elements.iter().zip(fields).map(|(e, v)| format!("{} := {}", e.name, text(v)));
            format!("({})", pairs.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}
