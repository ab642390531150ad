//! How a type is written: owned, as an argument, and how an argument is handed on.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::tokens::{ident, root};
use crate::facts::{Limits, PointerFacts};
use crate::model::{Field, Multiplicity, Param, RustType, Scalar};

/// The type as a field holds it.
pub(super) fn owned(ty: &RustType) -> TokenStream {
    match ty {
        RustType::Scalar(scalar) => self::scalar(*scalar),
        RustType::Schema { module, ident: name, .. } => {
            let (modules, name) = (module.split("::").map(schema_module), ident(name));
            let root = root();
            quote!(#root::schema #(::#modules)* ::#name)
        }
        RustType::Local(name) => {
            let name = ident(name);
            quote!(#name)
        }
        // The path was read when the comment was, so it parses again.
        RustType::Custom(path) => path.parse().unwrap_or_default(),
        RustType::Shared(folder, name) => {
            let (folder, name) = (folder.iter().map(|part| ident(part)), ident(name));
            let root = root();
            quote!(#root #(::#folder)* ::#name)
        }
        RustType::Array(element) => {
            let element = owned(element);
            quote!(Vec<#element>)
        }
        RustType::Tuple(elements) => {
            let elements = elements.iter().map(owned);
            quote!((#(#elements,)*))
        }
        RustType::Range(point) => {
            let point = owned(point);
            quote!(runtime::Range<#point>)
        }
        RustType::MultiRange(point) => {
            let point = owned(point);
            quote!(runtime::MultiRange<#point>)
        }
    }
}

/// A schema module as a Rust module.
pub(super) fn schema_module(name: &str) -> Ident {
    match crate::ident::snake(name).as_str() {
        // The crates that the code inside names.
        taken @ ("runtime" | "serde" | "utoipa") => ident(&format!("{taken}_")),
        free => ident(free),
    }
}

pub(super) fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::Str => quote!(String),
        Scalar::Bool => quote!(bool),
        Scalar::Int16 => quote!(i16),
        Scalar::Int32 => quote!(i32),
        Scalar::Int64 => quote!(i64),
        Scalar::Float32 => quote!(f32),
        Scalar::Float64 => quote!(f64),
        Scalar::BigInt => quote!(runtime::BigInt),
        Scalar::Decimal => quote!(runtime::Decimal),
        Scalar::Bytes => quote!(runtime::Bytes),
        Scalar::Uuid => quote!(runtime::Uuid),
        Scalar::Json => quote!(runtime::Json),
        Scalar::Datetime => quote!(runtime::Datetime),
        Scalar::LocalDatetime => quote!(runtime::LocalDatetime),
        Scalar::LocalDate => quote!(runtime::LocalDate),
        Scalar::LocalTime => quote!(runtime::LocalTime),
        Scalar::Duration => quote!(runtime::Duration),
        Scalar::RelativeDuration => quote!(runtime::RelativeDuration),
        Scalar::DateDuration => quote!(runtime::DateDuration),
        Scalar::ConfigMemory => quote!(runtime::ConfigMemory),
        Scalar::Vector => quote!(runtime::Vector),
        Scalar::HalfVec => quote!(runtime::HalfVec),
        Scalar::SparseVec => quote!(runtime::SparseVec),
        Scalar::Geometry => quote!(runtime::Geometry),
        Scalar::Geography => quote!(runtime::Geography),
        Scalar::Box2d => quote!(runtime::Box2d),
        Scalar::Box3d => quote!(runtime::Box3d),
    }
}

/// The type of a field, with its multiplicity.
pub(super) fn field(field: &Field) -> TokenStream {
    let ty = owned(&field.ty);
    match field.multiplicity {
        Multiplicity::Required => ty,
        Multiplicity::Optional => quote!(Option<#ty>),
        Multiplicity::Multi => quote!(Vec<#ty>),
        Multiplicity::NonEmpty => quote!(runtime::NonEmpty<#ty>),
    }
}

/// How an argument is passed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Passing {
    /// By value.
    Copy,
    /// Through `Deref`: `&str` for `String`, a slice for a vector.
    Deref,
    /// By reference.
    Ref,
}

fn passing(ty: &RustType) -> Passing {
    match ty {
        RustType::Scalar(Scalar::Str | Scalar::Bytes) | RustType::Array(_) => Passing::Deref,
        RustType::Scalar(scalar) if scalar.is_copy() => Passing::Copy,
        RustType::Schema { copy: true, .. } => Passing::Copy,
        _ => Passing::Ref,
    }
}

/// The type of an argument: borrowed where copying would cost something.
pub(super) fn argument(param: &Param) -> TokenStream {
    let ty = owned(&param.ty);
    let borrowed = match (passing(&param.ty), &param.ty) {
        (Passing::Copy, _) => ty,
        (Passing::Deref, RustType::Scalar(Scalar::Str)) => quote!(&str),
        (Passing::Deref, RustType::Array(element)) => {
            let element = owned(element);
            quote!(&[#element])
        }
        (Passing::Deref, _) => quote!(&[u8]),
        (Passing::Ref, _) => quote!(&#ty),
    };
    if param.optional { quote!(Option<#borrowed>) } else { borrowed }
}

/// Writes an argument to its slot.
pub(super) fn write_argument(param: &Param) -> TokenStream {
    let name = ident(&param.ident);
    match (param.optional, passing(&param.ty)) {
        (false, Passing::Copy) => quote!(slot.required(&#name)),
        (false, _) => quote!(slot.required(#name)),
        (true, Passing::Copy) => quote!(slot.optional(#name.as_ref())),
        (true, _) => quote!(slot.optional(#name)),
    }
}

/// An argument taken from a field of the params struct.
pub(super) fn from_field(param: &Param) -> TokenStream {
    let name = ident(&param.ident);
    match (param.optional, passing(&param.ty)) {
        (_, Passing::Copy) => quote!(self.#name),
        (false, _) => quote!(&self.#name),
        (true, Passing::Deref) => quote!(self.#name.as_deref()),
        (true, Passing::Ref) => quote!(self.#name.as_ref()),
    }
}

/// What OpenAPI must be told of a field that its type does not say.
pub(super) fn schema_hints(
    ty: &RustType,
    multiplicity: Multiplicity,
    facts: &PointerFacts,
) -> Vec<TokenStream> {
    let text = text_format(ty);
    let mut hints = match (multiplicity, text) {
        (Multiplicity::NonEmpty, _) => {
            let ty = owned(ty);
            vec![quote!(value_type = Vec<#ty>), quote!(min_items = 1)]
        }
        (Multiplicity::Multi, _) => Vec::new(),
        (Multiplicity::Required, Some(format)) => vec![quote!(value_type = String), quote!(format = #format)],
        (Multiplicity::Optional, Some(format)) => {
            vec![quote!(value_type = Option<String>), quote!(format = #format)]
        }
        (_, None) => Vec::new(),
    };
    if matches!(multiplicity, Multiplicity::Required | Multiplicity::Optional) {
        hints.extend(limits(ty, &facts.limits));
    }
    hints
}

/// The limits that make sense for the type, as OpenAPI says them.
pub(super) fn limits(ty: &RustType, limits: &Limits) -> Vec<TokenStream> {
    let number =
        |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<proc_macro2::TokenStream>().ok());
    let length = |length: Option<u64>| length.map(Literal::u64_unsuffixed);
    match ty {
        RustType::Scalar(Scalar::Str) => {
            let most = length(limits.max_length).map(|length| quote!(max_length = #length));
            let least = length(limits.min_length).map(|length| quote!(min_length = #length));
            let pattern = limits.pattern.as_ref().map(|pattern| quote!(pattern = #pattern));
            [most, least, pattern].into_iter().flatten().collect()
        }
        RustType::Scalar(
            Scalar::Int16 | Scalar::Int32 | Scalar::Int64 | Scalar::Float32 | Scalar::Float64,
        ) => {
            let most = number(&limits.maximum).map(|number| quote!(maximum = #number));
            let least = number(&limits.minimum).map(|number| quote!(minimum = #number));
            let below = number(&limits.exclusive_maximum).map(|number| quote!(exclusive_maximum = #number));
            let above = number(&limits.exclusive_minimum).map(|number| quote!(exclusive_minimum = #number));
            [most, least, below, above].into_iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// The format of a scalar that JSON carries as text.
fn text_format(ty: &RustType) -> Option<TokenStream> {
    let RustType::Scalar(scalar) = ty else { return None };
    match scalar {
        Scalar::Datetime => Some(quote!(DateTime)),
        Scalar::LocalDate => Some(quote!(Date)),
        Scalar::Duration | Scalar::RelativeDuration | Scalar::DateDuration => Some(quote!(Duration)),
        Scalar::Bytes => Some(quote!(Byte)),
        Scalar::LocalDatetime => Some(quote!("local-date-time")),
        Scalar::LocalTime => Some(quote!("local-time")),
        Scalar::ConfigMemory => Some(quote!("memory")),
        _ => None,
    }
}
