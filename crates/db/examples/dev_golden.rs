//! local only
use db::{Database, Options, OutputForm};
use serde_json::Value as J;
use std::{env, fs};
use value::{Json, Value};

fn arg(j: &J, ty: &ir::Type) -> Option<Value> {
    Some(match (j, ty) {
        (J::Array(items), ir::Type::Array(of)) => {
            Value::Array(items.iter().map(|i| arg(i, of)).collect::<Option<Vec<_>>>()?.into())
        }
        (J::Array(items), ir::Type::Tuple(t)) => Value::Tuple(
            items.iter().zip(&t.elements).map(|(i, of)| arg(i, of)).collect::<Option<Vec<_>>>()?.into(),
        ),
        (J::Object(m), ir::Type::Tuple(t)) => Value::Tuple(
            t.names
                .iter()
                .zip(&t.elements)
                .map(|(n, of)| arg(&m[&**n], of))
                .collect::<Option<Vec<_>>>()?
                .into(),
        ),
        (_, ir::Type::Scalar(s)) => {
            use ir::Scalar::*;
            match s.base {
                Str => Value::Str(j.as_str()?.into()),
                Int64 => Value::Int64(j.as_i64()?),
                Int32 => Value::Int32(j.as_i64()? as i32),
                Int16 => Value::Int16(j.as_i64()? as i16),
                Float64 => Value::Float64(j.as_f64()?),
                Float32 => Value::Float32(j.as_f64()? as f32),
                Bool => Value::Bool(j.as_bool()?),
                Uuid => Value::Uuid(j.as_str()?.parse().ok()?),
                Json => Value::Json(std::sync::Arc::new(value::Json::parse(&j.to_string()).ok()?)),
                Enum => {
                    let n = j.as_str()?;
                    let o = s.members.iter().position(|m| &**m == n)?;
                    Value::Enum(value::EnumValue { ordinal: o as u32, name: n.into() })
                }
                _ => return None,
            }
        }
        _ => return None,
    })
}
fn norm(j: &J) -> J {
    match j {
        J::Array(a) => {
            let mut v: Vec<J> = a.iter().map(norm).collect();
            v.sort_by_key(|x| x.to_string());
            J::Array(v)
        }
        J::Object(o) => J::Object(o.iter().map(|(k, v)| (k.clone(), norm(v))).collect()),
        J::Number(n) => {
            let f = n.as_f64().unwrap();
            if f.fract() == 0.0 && f.abs() < 9e15 {
                J::from(f as i64)
            } else {
                J::from((f * 1e9).round() / 1e9)
            }
        }
        J::String(s) if s.len() == 36 && s.matches('-').count() == 4 => J::from("<uuid>"),
        x => x.clone(),
    }
}
fn main() {
    let h = std::thread::Builder::new().stack_size(256 << 20).spawn(run).unwrap();
    h.join().unwrap();
}
fn run() {
    let area = env::args().nth(1).unwrap();
    let only = env::args().nth(2);
    let dir = format!("tests/golden/{area}");
    let _ = &dir;
    let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let opts = Options { output: OutputForm::Json, ..Default::default() };
    rt.block_on(async {
        let db = Database::memory().unwrap();
        let mut s = db.session("main").unwrap();
        if env::var("GEL_DEV_SCHEMA").is_err()
            && let Ok(t) = fs::read_to_string(format!("{dir}/schema.gel"))
        {
            for q in [
                format!("start migration to {{ {t} }}"),
                "populate migration".into(),
                "commit migration".into(),
            ] {
                if let Err(e) = s.query(&q, opts, &[]).await {
                    println!(
                        "SCHEMA {} {e} {:?}",
                        q.chars().take(16).collect::<String>(),
                        e.span.map(|x| x.slice(&q).to_owned())
                    );
                }
            }
        }
        if let Ok(t) = fs::read_to_string(format!("{dir}/setup.edgeql")) {
            match syntax::parse_query(&t) {
                Err(e) => println!("SETUP PARSE {e}"),
                Ok(sts) => {
                    for (i, st) in sts.iter().enumerate() {
                        let end = sts.get(i + 1).map_or(t.len(), |n| n.span.start as usize);
                        let q = &t[st.span.start as usize..end];
                        if let Err(e) = s.query(q, opts, &[]).await {
                            println!("SETUP {q}\n  {e}");
                        }
                    }
                }
            }
        }
        let (mut ok, mut all, mut skipped) = (0, 0, 0);
        for line in fs::read_to_string(format!("{dir}/cases.jsonl")).unwrap().lines() {
            let c: J = serde_json::from_str(line).unwrap();
            let id = c["id"].as_str().unwrap();
            if only.as_deref().is_some_and(|o| o != id) {
                continue;
            }
            if c.get("globals").is_some() || c["describe_only"].as_bool() == Some(true) {
                skipped += 1;
                continue;
            }
            let q = c["query"].as_str().unwrap();
            let notx = c["notx"].as_bool() == Some(true);
            if !notx {
                s.query("start transaction", opts, &[]).await.unwrap();
            }
            let mut why = None;
            if let Some(su) = c["setup"].as_str() {
                if let Err(e) = s.query(su, opts, &[]).await {
                    why = Some(format!("setup {e}"));
                }
            }
            if let Some(a) = c["setup"].as_array() {
                for su in a {
                    if let Err(e) = s.query(su.as_str().unwrap(), opts, &[]).await {
                        why = Some(format!("setup {e}"));
                    }
                }
            }
            if why.is_none() {
                why = one(&mut s, opts, &c, q).await;
            }
            if why.is_none() {
                for t in c["then"].as_array().into_iter().flatten() {
                    why = one(&mut s, opts, t, t["query"].as_str().unwrap())
                        .await
                        .map(|w| format!("then {}: {w}", t["query"]));
                    if why.is_some() {
                        break;
                    }
                }
            }
            if s.transaction() != db::TransactionStatus::Idle {
                s.query("rollback", opts, &[]).await.unwrap();
            }
            s.query("reset module", opts, &[]).await.unwrap();
            if why.as_deref() == Some("SKIP") {
                skipped += 1;
                continue;
            }
            all += 1;
            match why {
                None => ok += 1,
                Some(w) => println!("## {id}\n   {q}\n   {w}"),
            }
        }
        println!("{area}: {ok} of {all}, skipped {skipped}");
    });
}
async fn one(s: &mut db::Session, opts: Options, c: &J, q: &str) -> Option<String> {
    let p = match s.prepare(q, opts) {
        Ok(p) => p,
        Err(e) => return err(c, e),
    };
    let mut args = Vec::new();
    for prm in &p.params {
        let key =
            if prm.name.parse::<usize>().is_ok() { format!("${}", prm.name) } else { prm.name.to_string() };
        let j = c["args"].get(&key).or_else(|| c["args"].get(&*prm.name)).cloned().unwrap_or(J::Null);
        if j.is_null() {
            args.push(None);
            continue;
        }
        match arg(&j, &prm.ty) {
            Some(v) => args.push(Some(v)),
            None => return Some("SKIP".into()),
        }
    }
    match s.run(&p, &args).await {
        Err(e) => err(c, e),
        Ok(a) => {
            if c.get("error").is_some() {
                return Some(format!("no error, want {}", c["error"]["message"]));
            }
            if c["volatile"].as_bool() == Some(true) {
                return None;
            }
            let mut text = String::from("[");
            if let Some(ty) = &p.output {
                for (i, v) in a.values.iter().enumerate() {
                    if i > 0 {
                        text.push(',');
                    }
                    exec::write_json(v, ty, &mut text);
                }
            }
            text.push(']');
            let got: J = match serde_json::from_str(&text) {
                Ok(j) => j,
                Err(e) => return Some(format!("bad json {e} {text}")),
            };
            let want = match c["json_text"].as_str() {
                Some(t) => serde_json::from_str(t).unwrap(),
                None => c["json"].clone(),
            };
            if want.is_null() {
                return None;
            }
            if c["ordered"].as_bool() == Some(true) {
                let f = |j: &J| j.as_array().unwrap().iter().map(|x| norm(x).to_string()).collect::<Vec<_>>();
                if f(&got) == f(&want) {
                    return None;
                }
            } else if norm(&got) == norm(&want) {
                return None;
            }
            Some(format!("got  {got}\n   want {want}"))
        }
    }
}
fn err(c: &J, e: diag::Diagnostic) -> Option<String> {
    let w = &c["error"];
    if w.is_null() {
        return Some(format!("ERROR {e}"));
    }
    let m = w["message"].as_str().unwrap_or("");
    let strip = |s: &str| {
        let mut out = String::new();
        let mut it = s.split(' ');
        while let Some(x) = it.next() {
            out.push_str(
                if x.trim_matches(|c: char| "()'\".".contains(c)).len() == 36 && x.matches('-').count() == 4 {
                    "<uuid>"
                } else {
                    x
                },
            );
            out.push(' ');
        }
        out.replace("(<uuid>)", "<uuid>").replace("(<uuid>).", "<uuid>").replace("<uuid>.", "<uuid>")
    };
    if strip(&e.message) == strip(m)
        && e.code.name() == w["type"].as_str()
        && w["details"].as_str().is_none_or(|d| e.details.as_deref().map(|x| strip(x)) == Some(strip(d)))
    {
        return None;
    }
    Some(format!("error {e} {:?}\n   want {} {m} {}", e.details, w["type"], w["details"]))
}
