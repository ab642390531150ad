//! A function that the table holds and the arguments of a call to the call itself.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, LitStr, Result, Token};

/// `(function) ("name", "limit"?) ("text") (executor) (arguments) (tracked)`
struct Call {
    function: TokenStream,
    parameters: Vec<Parameter>,
    text: Span,
    executor: TokenStream,
    arguments: Vec<Argument>,
    tracked: TokenStream,
}

/// What the function takes: an optional one may be left out.
struct Parameter {
    name: String,
    optional: bool,
}

/// What the user gave.
struct Argument {
    name: Option<Ident>,
    value: Expr,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> Result<Call> {
        let function = input.parse::<Group>()?.stream();
        let parameters = Punctuated::<Parameter, Token![,]>::parse_terminated;
        let parameters = parameters.parse2(input.parse::<Group>()?.stream())?.into_iter().collect();
        let text = text_span(input)?;
        let executor = input.parse::<Group>()?.stream();
        let arguments = Punctuated::<Argument, Token![,]>::parse_terminated;
        let arguments = arguments.parse2(input.parse::<Group>()?.stream())?.into_iter().collect();
        let tracked = input.parse::<Group>()?.stream();
        Ok(Call { function, parameters, text, executor, arguments, tracked })
    }
}

fn text_span(input: ParseStream<'_>) -> Result<Span> {
    let literal: LitStr = syn::parse2(input.parse::<Group>()?.stream())?;
    Ok(literal.span())
}

impl Parse for Parameter {
    fn parse(input: ParseStream<'_>) -> Result<Parameter> {
        let name = input.parse::<LitStr>()?.value();
        Ok(Parameter { name, optional: input.parse::<Option<Token![?]>>()?.is_some() })
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> Result<Argument> {
        let other = input.peek2(Token![==]) || input.peek2(Token![=>]);
        let named = input.peek(Ident::peek_any) && input.peek2(Token![=]) && !other;
        let name = named.then(|| input.call(Ident::parse_any)).transpose()?;
        if named {
            input.parse::<Token![=]>()?;
        }
        Ok(Argument { name, value: input.parse()? })
    }
}

/// The call itself.
pub(crate) fn call(input: TokenStream) -> Result<TokenStream> {
    let call: Call = syn::parse2(input)?;
    let values = in_order(&call)?;
    let Call { function, executor, tracked, .. } = call;
    // The file is tracked in a block of the function alone: what the arguments borrow must outlive it.
    let function = if tracked.is_empty() { function } else { quote!(({ #tracked #function })) };
    Ok(quote!(#function(#executor #(, #values)*)))
}

/// A value for each parameter, in the function's order.
fn in_order(call: &Call) -> Result<Vec<TokenStream>> {
    let mut values: Vec<Option<&Expr>> = vec![None; call.parameters.len()];
    let mut named = false;
    for (at, argument) in call.arguments.iter().enumerate() {
        named |= argument.name.is_some();
        let place = place(call, argument, at, named)?;
        match values.get_mut(place) {
            Some(value @ None) => *value = Some(&argument.value),
            _ => return Err(Error::new_spanned(&argument.name, "this argument is given twice")),
        }
    }
    let value = |(value, parameter): (Option<&Expr>, &Parameter)| match value {
        Some(value) => Ok(quote!(#value)),
        None if parameter.optional => Ok(quote!(::core::option::Option::None)),
        None => Err(Error::new(call.text, format!("the argument `{}` is missing", parameter.name))),
    };
    values.into_iter().zip(&call.parameters).map(value).collect()
}

/// For which parameter an argument is. After a named one, all have names.
fn place(call: &Call, argument: &Argument, at: usize, named: bool) -> Result<usize> {
    let Some(name) = &argument.name else {
        return match at < call.parameters.len() {
            true if named => Err(Error::new_spanned(&argument.value, "arguments without a name come first")),
            true => Ok(at),
            false => {
                Err(Error::new_spanned(&argument.value, format!("too many: the query takes {}", taken(call))))
            }
        };
    };
    let wanted = name.unraw().to_string();
    call.parameters.iter().position(|parameter| parameter.name == wanted).ok_or_else(|| {
        Error::new(name.span(), format!("no argument is called `{wanted}`: the query takes {}", taken(call)))
    })
}

fn taken(call: &Call) -> String {
    let names: Vec<String> =
        call.parameters.iter().map(|parameter| format!("`{}`", parameter.name)).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Said where the table holds no function for a text.
pub(crate) fn missing(input: TokenStream) -> Error {
    let span = text_span.parse2(input.into_iter().take(1).collect()).unwrap_or_else(|_| Span::call_site());
    Error::new(span, "no code was generated for this query yet: run `cargo xtask codegen`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(arguments: TokenStream) -> String {
        let input =
            quote!((queries::find) ("name", "limit"?, "type"?) ("select 1") (&client) (#arguments) ());
        call(input).unwrap_or_else(Error::into_compile_error).to_string()
    }

    #[test]
    fn arguments_come_into_the_order_of_the_function() {
        let none = ":: core :: option :: Option :: None";
        assert_eq!(called(quote!("x")), format!("queries :: find (& client , \"x\" , {none} , {none})"));
        assert_eq!(
            called(quote!(r#type = Some(a == b), name = "x",)),
            format!("queries :: find (& client , \"x\" , {none} , Some (a == b))")
        );
        assert_eq!(
            called(quote!(a == b, limit = 1)),
            format!("queries :: find (& client , a == b , 1 , {none})")
        );
    }

    #[test]
    fn arguments_that_do_not_fit_are_told() {
        for (arguments, message) in [
            (quote!(), "the argument `name` is missing"),
            (quote!(nmae = 1), "no argument is called `nmae`: the query takes `name`, `limit`, `type`"),
            (quote!(1, name = 2), "this argument is given twice"),
            (quote!(name = 1, 2), "arguments without a name come first"),
            (quote!(1, 2, 3, 4), "too many: the query takes `name`, `limit`, `type`"),
        ] {
            assert!(called(arguments).contains(message), "{message}");
        }
    }

    #[test]
    fn a_file_is_tracked_and_what_arguments_borrow_lives_on() {
        let input = quote!((find) ("a") ("x.edgeql") (c) (&f()) (const _: &[u8] = b"";));
        let call = call(input).unwrap_or_else(Error::into_compile_error).to_string();
        assert_eq!(call, "({ const _ : & [u8] = b\"\" ; find }) (c , & f ())");
    }

    #[test]
    fn a_text_without_code_says_what_to_run() {
        let error = missing(quote!(("select 1")(client)()()));
        assert!(error.to_string().ends_with("run `cargo xtask codegen`"));
    }
}
