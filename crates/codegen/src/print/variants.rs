//! Enums for rows of several object types, with what reads and writes them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::fields::{declare, has_exact_json, schema_name, schema_path};
use super::tokens::{docs, ident};
use crate::model::{Field, Multiplicity, Struct, Tag, Variant, Variants};

/// The enum of a row's cases, a struct for each, and the road from a row to its case.
pub(super) fn print(
    row: &Struct,
    all: &Variants,
    folder: &[String],
    shared: bool,
    derives: &[TokenStream],
) -> TokenStream {
    let other_docs = docs(&["Any other row."]);
    let (docs, name, other) = (docs(&all.docs), ident(&all.name), ident(&row.name));
    let cases = all.cases.iter().map(|case| {
        let (docs, ident, of) = (case_docs(case), ident(&case.ident), ident(&case.struct_name));
        quote!(#docs #ident(#of))
    });
    let structs = all.cases.iter().map(|case| case_struct(row, case, folder, shared, derives));
    let (serde, wire) = (serde_forms(row, all), wire_forms(row, all));
    let (openapi, type_name) = (openapi(row, all, folder, shared), type_name(all));
    // An enum has a default only where it says which, and no type of object is that.
    let own_derives = derives.iter().filter(|path| !path.to_string().ends_with("Default"));
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq #(, #own_derives)*)]
        #[allow(clippy::large_enum_variant, reason = "rows are moved as they are")]
        pub enum #name { #(#cases,)* #other_docs Other(#other) }
        #type_name
        #(#structs)*
        #wire
        #serde
        #openapi
    }
}

fn case_docs(case: &Variant) -> TokenStream {
    docs(&[format!("A `{}`.", case.type_name)])
}

/// The row's fields that a case has, as the case has them.
fn fields<'a>(row: &'a Struct, case: &Variant) -> Vec<Field> {
    let as_case = |field: &'a Field, required: bool| match required {
        true => Field { multiplicity: Multiplicity::Required, ..field.clone() },
        false => field.clone(),
    };
    case.fields
        .iter()
        .filter_map(|known| Some(as_case(row.fields.get(known.index)?, known.required)))
        .collect()
}

fn case_struct(
    row: &Struct,
    case: &Variant,
    folder: &[String],
    shared: bool,
    derives: &[TokenStream],
) -> TokenStream {
    let (docs, name) = (case_docs(case), ident(&case.struct_name));
    let fields = fields(row, case);
    let fields = fields.iter().map(declare);
    let schema_name = if shared { quote!() } else { schema_name(folder, &case.struct_name) };
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema #(, #derives)*)]
        #schema_name
        pub struct #name { #(#fields)* }
    }
}

fn type_name(all: &Variants) -> TokenStream {
    let docs = docs(&["The name of the row's type in the schema."]);
    let (name, idents) = (ident(&all.name), all.cases.iter().map(|case| ident(&case.ident)));
    let names = all.cases.iter().map(|case| &case.type_name);
    quote! {
        impl #name {
            #docs
            pub fn type_name(&self) -> &str {
                match self {
                    #(#name::#idents(_) => #names,)*
                    #name::Other(row) => row.tag(),
                }
            }
        }
    }
}

/// A row becomes the case of its type, unless it holds more or less than the case can.
fn wire_forms(row: &Struct, all: &Variants) -> TokenStream {
    let (name, other) = (ident(&all.name), ident(&row.name));
    let arms = all.cases.iter().map(|case| arm(row, all, case));
    let tag = tag_text(row, all.tag, quote!(self.));
    quote! {
        impl #other {
            fn tag(&self) -> &str { &#tag }
        }

        impl From<#other> for #name {
            fn from(row: #other) -> Self {
                match row { #(#arms)* row => #name::Other(row) }
            }
        }

        impl runtime::Described for #name {
            fn check(types: &runtime::Types<'_>, pos: runtime::TypePos) -> Result<(), runtime::Mismatch> {
                <#other as runtime::Described>::check(types, pos)
            }
        }

        impl runtime::Decode for #name {
            fn decode(bytes: &[u8]) -> Result<Self, runtime::DecodeError> {
                <#other as runtime::Decode>::decode(bytes).map(Self::from)
            }
        }
    }
}

/// The type's name, of a row whose fields `from` leads to.
fn tag_text(row: &Struct, tag: Tag, from: TokenStream) -> TokenStream {
    let field = row.fields.get(tag.field()).map(|field| ident(&field.ident));
    match tag {
        Tag::Name(_) => quote!(#from #field),
        Tag::TypeObject(_) => quote!(#from #field.name),
    }
}

fn arm(row: &Struct, all: &Variants, case: &Variant) -> TokenStream {
    let (name, other) = (ident(&all.name), ident(&row.name));
    let (case_ident, case_struct, type_name) =
        (ident(&case.ident), ident(&case.struct_name), &case.type_name);
    let mut patterns = Vec::new();
    let mut guards = Vec::new();
    for (index, field) in row.fields.iter().enumerate() {
        let ident = ident(&field.ident);
        let known = case.fields.iter().find(|known| known.index == index);
        patterns.push(match (known, field.multiplicity) {
            _ if index == all.tag.field() => quote!(#ident),
            (Some(known), _) if known.required => quote!(#ident: Some(#ident)),
            (Some(_), _) => quote!(#ident),
            (None, Multiplicity::Optional) => quote!(#ident: None),
            (None, _) => {
                guards.push(quote!(&& #ident.is_empty()));
                quote!(#ident)
            }
        });
    }
    let tag = tag_text(row, all.tag, quote!());
    let kept = fields(row, case);
    let kept = kept.iter().map(|field| ident(&field.ident));
    quote! {
        #other { #(#patterns),* } if #tag == #type_name #(#guards)* => {
            #name::#case_ident(#case_struct { #(#kept),* })
        }
    }
}

/// The JSON of the whole row, whatever its type, as Gel writes it.
fn serde_forms(row: &Struct, all: &Variants) -> TokenStream {
    let (name, other) = (ident(&all.name), ident(&row.name));
    let (text, count) = (&all.name, Literal::usize_unsuffixed(row.fields.len()));
    let arms = all.cases.iter().map(|case| {
        let (case_ident, fields) = (ident(&case.ident), row.fields.iter().enumerate());
        let writes = fields.map(|(index, field)| write_field(all.tag, case, index, field));
        quote! {
            #name::#case_ident(row) => {
                let mut fields = serializer.serialize_struct(#text, #count)?;
                #(#writes)*
                fields.end()
            }
        }
    });
    quote! {
        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct;
                match self { #(#arms)* #name::Other(row) => row.serialize(serializer) }
            }
        }

        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #other::deserialize(deserializer).map(Self::from)
            }
        }

        impl runtime::Exact for #name {}
    }
}

fn write_field(tag: Tag, case: &Variant, index: usize, field: &Field) -> TokenStream {
    let (json, ident, type_name) = (&field.name, ident(&field.ident), &case.type_name);
    let value = match (tag, case.fields.iter().any(|known| known.index == index)) {
        (Tag::Name(tag), _) if tag == index => quote!(#type_name),
        (Tag::TypeObject(tag), _) if tag == index => quote!(&runtime::TypeObject { name: #type_name }),
        (_, true) if has_exact_json(&field.ty) => quote!(&runtime::AsGel(&row.#ident)),
        (_, true) => quote!(&row.#ident),
        (_, false) if field.multiplicity == Multiplicity::Optional => quote!(&()),
        (_, false) => quote!(&[(); 0]),
    };
    quote!(fields.serialize_field(#json, #value)?;)
}

fn openapi(row: &Struct, all: &Variants, folder: &[String], shared: bool) -> TokenStream {
    let (name, other) = (ident(&all.name), ident(&row.name));
    let schema_name = if shared { all.name.clone() } else { schema_path(folder, &all.name) };
    let tag = match all.tag {
        Tag::Name(index) => {
            let field = row.fields.get(index).map(|field| &field.name);
            quote!(runtime::Tag::Name(#field))
        }
        Tag::TypeObject(_) => quote!(runtime::Tag::TypeObject),
    };
    let (texts, names): (Vec<_>, Vec<_>) =
        all.cases.iter().map(|case| (&case.ident, &case.type_name)).unzip();
    let structs = all.cases.iter().map(|case| ident(&case.struct_name));
    let structs: Vec<_> = structs.collect();
    quote! {
        const _: () = {
            const CASES: runtime::Cases = runtime::Cases {
                name: #schema_name,
                tag: #tag,
                types: &[#((#texts, #names)),*],
            };

            impl utoipa::PartialSchema for #name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> { CASES.one_of() }
            }

            impl utoipa::ToSchema for #name {
                fn name() -> std::borrow::Cow<'static, str> { #schema_name.into() }

                fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                    <#other as utoipa::ToSchema>::schemas(schemas);
                    #(
                        <#structs as utoipa::ToSchema>::schemas(schemas);
                        schemas.push(CASES.case(#texts, <#structs as utoipa::PartialSchema>::schema()));
                    )*
                    schemas.push(CASES.other(<#other as utoipa::PartialSchema>::schema()));
                }
            }
        };
    }
}
