//! `std::bytes`, their encodings, and UUIDs.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use diag::{Diagnostic, Result};
use value::{EnumValue, Json, Uuid, Value};

use super::error::{invalid, too_long};
use super::slice::Bounds;
use super::typed::{Tuple, mismatch, optional, pure};
use super::{Bodies, Context, MAX_LENGTH};

pub(super) const BODIES: Bodies = &[
    ("std::++(std::bytes, std::bytes)", pure!(concat(l, r))),
    ("std::[](std::bytes, std::int64)", pure!(index(b, i))),
    ("std::[](std::bytes, tuple<std::int64, std::int64>)", pure!(slice(b, bounds))),
    ("std::len(std::bytes)", pure!(len(b))),
    ("std::contains(std::bytes, std::bytes)", pure!(contains(b, part))),
    ("std::find(std::bytes, std::bytes)", pure!(find(b, part))),
    ("std::array_join(array<std::bytes>, std::bytes)", pure!(join(parts, delimiter))),
    ("std::bit_count(std::bytes)", pure!(bit_count(b))),
    ("std::bytes_get_bit(std::bytes, std::int64)", pure!(get_bit(b, i))),
    (
        "std::enc::base64_decode(std::str, named only alphabet: std::enc::Base64Alphabet, named only padding: std::bool)",
        pure!(base64_decode(s, alphabet, padding)),
    ),
    (
        "std::enc::base64_encode(std::bytes, named only alphabet: std::enc::Base64Alphabet, named only padding: std::bool)",
        pure!(base64_encode(b, alphabet, padding)),
    ),
    ("std::to_bytes(std::int16, std::Endian)", pure!(of_int16(x, endian))),
    ("std::to_bytes(std::int32, std::Endian)", pure!(of_int32(x, endian))),
    ("std::to_bytes(std::int64, std::Endian)", pure!(of_int64(x, endian))),
    ("std::to_bytes(std::json)", pure!(of_json(x))),
    ("std::to_bytes(std::str)", pure!(of_text(s))),
    ("std::to_bytes(std::uuid)", pure!(of_uuid(x))),
    ("std::to_int16(std::bytes, std::Endian)", pure!(to_int16(b, endian))),
    ("std::to_int32(std::bytes, std::Endian)", pure!(to_int32(b, endian))),
    ("std::to_int64(std::bytes, std::Endian)", pure!(to_int64(b, endian))),
    ("std::to_str(std::bytes)", pure!(to_text(b))),
    ("std::to_uuid(std::bytes)", pure!(to_uuid(b))),
    ("std::uuid_generate_v1mc()", optional!(context, generate_v1mc())),
    ("std::uuid_generate_v4()", optional!(generate_v4())),
];

fn concat(l: &[u8], r: &[u8]) -> Result<Vec<u8>> {
    if l.len() + r.len() > MAX_LENGTH { Err(too_long()) } else { Ok([l, r].concat()) }
}

fn index(b: &[u8], i: i64) -> Result<Vec<u8>> {
    let at = if i < 0 { i.saturating_add(b.len() as i64) } else { i };
    let found = usize::try_from(at).ok().and_then(|at| b.get(at));
    found.map(|byte| vec![*byte]).ok_or_else(|| invalid(format!("byte string index {i} is out of bounds")))
}

fn slice(b: &[u8], bounds: Tuple<'_>) -> Result<Vec<u8>> {
    Ok(b.get(Bounds::of(bounds)?.within(b.len())).unwrap_or_default().to_vec())
}

fn len(b: &[u8]) -> i64 {
    b.len() as i64
}

fn position(b: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() { Some(0) } else { b.windows(part.len()).position(|window| window == part) }
}

fn contains(b: &[u8], part: &[u8]) -> bool {
    position(b, part).is_some()
}

fn find(b: &[u8], part: &[u8]) -> i64 {
    position(b, part).map_or(-1, |at| at as i64)
}

fn join(parts: &[Value], delimiter: &[u8]) -> Result<Vec<u8>> {
    let bytes = |part: &Value| match part {
        Value::Bytes(bytes) => Ok(bytes.clone()),
        _ => Err(mismatch()),
    };
    let parts = parts.iter().map(bytes).collect::<Result<Vec<_>>>()?;
    let length: usize = parts.iter().map(|part| part.len() + delimiter.len()).sum();
    if length > MAX_LENGTH { Err(too_long()) } else { Ok(parts.join(delimiter)) }
}

fn bit_count(b: &[u8]) -> i64 {
    b.iter().map(|byte| i64::from(byte.count_ones())).sum()
}

/// Bits count from the lowest of each byte.
fn get_bit(b: &[u8], i: i64) -> Result<i64> {
    let bit = |at: usize| b.get(at / 8).map(|byte| i64::from(byte >> (at % 8) & 1));
    let outside = || invalid(format!("index {i} out of valid range, 0..{}", b.len() as i64 * 8 - 1));
    usize::try_from(i).ok().and_then(bit).ok_or_else(outside)
}

fn base64_engine(alphabet: &EnumValue, padding: bool) -> GeneralPurpose {
    let alphabet = if &*alphabet.name == "urlsafe" { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let mode = if padding { DecodePaddingMode::RequireCanonical } else { DecodePaddingMode::RequireNone };
    let config = GeneralPurposeConfig::new().with_encode_padding(padding).with_decode_padding_mode(mode);
    GeneralPurpose::new(alphabet, config.with_decode_allow_trailing_bits(true))
}

fn base64_encode(b: &[u8], alphabet: &EnumValue, padding: bool) -> String {
    base64_engine(alphabet, padding).encode(b)
}

fn base64_decode(s: &str, alphabet: &EnumValue, padding: bool) -> Result<Vec<u8>> {
    let compact = without_spaces(s);
    base64_engine(alphabet, padding).decode(&compact).map_err(|error| base64_fault(error, &compact))
}

/// Reads base64 as JSON strings carry it.
pub(super) fn from_base64(s: &str) -> Result<Vec<u8>> {
    base64_decode(s, &EnumValue { ordinal: 0, name: "standard".into() }, true)
}

fn without_spaces(s: &str) -> String {
    s.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).collect()
}

fn base64_fault(error: base64::DecodeError, text: &str) -> Diagnostic {
    use base64::DecodeError::{InvalidByte, InvalidLastSymbol, InvalidLength, InvalidPadding};
    match error {
        InvalidByte(at, b'=') if text.as_bytes().get(at) == Some(&b'=') => {
            invalid("unexpected \"=\" while decoding base64 sequence")
        }
        InvalidByte(at, _) => {
            let symbol = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('?');
            invalid(format!("invalid symbol \"{symbol}\" found while decoding base64 sequence"))
        }
        InvalidLength(_) | InvalidPadding | InvalidLastSymbol(..) => invalid("invalid base64 end sequence"),
    }
}

fn is_little(endian: &EnumValue) -> bool {
    &*endian.name == "Little"
}

macro_rules! integer_bytes {
    ($($ty:ident $encode:ident $decode:ident $name:literal;)*) => {$(
        fn $encode(x: $ty, endian: &EnumValue) -> Vec<u8> {
            if is_little(endian) { x.to_le_bytes().to_vec() } else { x.to_be_bytes().to_vec() }
        }

        fn $decode(b: &[u8], endian: &EnumValue) -> Result<$ty> {
            let bytes = b.try_into().map_err(|_| wrong_length($name, std::mem::size_of::<$ty>()))?;
            Ok(if is_little(endian) { $ty::from_le_bytes(bytes) } else { $ty::from_be_bytes(bytes) })
        }
    )*};
}

integer_bytes! {
    i16 of_int16 to_int16 "to_int16";
    i32 of_int32 to_int32 "to_int32";
    i64 of_int64 to_int64 "to_int64";
}

fn wrong_length(function: &str, length: usize) -> Diagnostic {
    invalid(format!("{function}(): the argument must be exactly {length} bytes long"))
}

fn of_json(x: &Json) -> Vec<u8> {
    x.to_string().into_bytes()
}

fn of_text(s: &str) -> Vec<u8> {
    s.as_bytes().to_vec()
}

fn of_uuid(x: Uuid) -> Vec<u8> {
    x.as_bytes().to_vec()
}

fn to_uuid(b: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(b).map_err(|_| wrong_length("to_uuid", 16))
}

fn to_text(b: &[u8]) -> Result<String> {
    match std::str::from_utf8(b) {
        Ok(text) if !text.contains('\0') => Ok(text.to_string()),
        Ok(_) => Err(bad_utf8(&[0])),
        Err(error) => {
            let rest = b.get(error.valid_up_to()..).unwrap_or_default();
            // A sequence is named up to the length that its first byte announces.
            let announced = rest.first().map_or(1, |first| (first.leading_ones() as usize).clamp(1, 4));
            Err(bad_utf8(rest.get(..announced.min(rest.len())).unwrap_or_default()))
        }
    }
}

fn bad_utf8(sequence: &[u8]) -> Diagnostic {
    let bytes: Vec<String> = sequence.iter().map(|byte| format!("{byte:#04x}")).collect();
    invalid(format!("invalid byte sequence for encoding \"UTF8\": {}", bytes.join(" ")))
}

/// From the clock and a random multicast address.
fn generate_v1mc(_: &Context<'_>) -> Uuid {
    let random = Uuid::new_v4();
    let [.., a, b, c, d, e, f] = *random.as_bytes();
    Uuid::now_v1(&[a | 1, b, c, d, e, f])
}

fn generate_v4() -> Uuid {
    Uuid::new_v4()
}
