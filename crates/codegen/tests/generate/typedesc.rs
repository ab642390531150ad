//! Type descriptors written by hand, in the bytes that a server sends.

use bytes::{BufMut, Bytes, BytesMut};
use gel_protocol::common::{Cardinality, RawTypedesc};
use gel_protocol::features::ProtocolVersion;
use uuid::Uuid;

/// A description under construction: blocks so far, and the id of each.
#[derive(Default)]
pub(crate) struct Typedesc {
    blocks: BytesMut,
    ids: Vec<Uuid>,
}

/// A shape element: flags, cardinality, name and type.
pub(crate) struct Element<'a>(pub(crate) u32, pub(crate) Cardinality, pub(crate) &'a str, pub(crate) u16);

pub(crate) const LINK_PROPERTY: u32 = 2;
pub(crate) const LINK: u32 = 4;

impl Typedesc {
    /// Ends the description with its last block as root.
    pub(crate) fn finish(self) -> RawTypedesc {
        let id = self.ids.last().copied().unwrap_or_default();
        RawTypedesc { proto: ProtocolVersion::new(3, 0), id, data: self.blocks.freeze() }
    }

    /// A base scalar by the last part of its id, such as 0x101 for `std::str`; `name` is with its module.
    pub(crate) fn scalar(&mut self, id: u128, name: &str) -> u16 {
        self.block(Uuid::from_u128(id), 3, |out| named(out, name, &[]))
    }

    pub(crate) fn user_scalar(&mut self, name: &str, base: u16) -> u16 {
        let id = self.fresh();
        self.block(id, 3, |out| named(out, name, &[base]))
    }

    pub(crate) fn enumeration(&mut self, name: &str, members: &[&str]) -> u16 {
        let id = self.fresh();
        self.block(id, 7, |out| {
            named(out, name, &[]);
            out.put_u16(members.len() as u16);
            members.iter().for_each(|member| text(out, member));
        })
    }

    pub(crate) fn array(&mut self, element: u16) -> u16 {
        let id = self.fresh();
        self.block(id, 6, |out| {
            named(out, "array", &[]);
            out.put_u16(element);
            out.put_u16(1);
            out.put_i32(-1);
        })
    }

    pub(crate) fn range(&mut self, point: u16) -> u16 {
        let id = self.fresh();
        self.block(id, 9, |out| {
            named(out, "range", &[]);
            out.put_u16(point);
        })
    }

    pub(crate) fn multirange(&mut self, point: u16) -> u16 {
        let id = self.fresh();
        self.block(id, 0x0C, |out| {
            named(out, "multirange", &[]);
            out.put_u16(point);
        })
    }

    pub(crate) fn tuple(&mut self, elements: &[u16]) -> u16 {
        let id = self.fresh();
        self.block(id, 4, |out| {
            named(out, "tuple", &[]);
            out.put_u16(elements.len() as u16);
            elements.iter().for_each(|element| out.put_u16(*element));
        })
    }

    pub(crate) fn named_tuple(&mut self, elements: &[(&str, u16)]) -> u16 {
        let id = self.fresh();
        self.block(id, 5, |out| {
            named(out, "tuple", &[]);
            out.put_u16(elements.len() as u16);
            for (name, pos) in elements {
                text(out, name);
                out.put_u16(*pos);
            }
        })
    }

    pub(crate) fn set(&mut self, element: u16) -> u16 {
        let id = self.fresh();
        self.block(id, 0, |out| out.put_u16(element))
    }

    pub(crate) fn object_type(&mut self, name: &str) -> u16 {
        let id = self.fresh();
        self.block(id, 0x0A, |out| {
            text(out, name);
            out.put_u8(1);
        })
    }

    pub(crate) fn compound(&mut self, operation: u8, components: &[u16]) -> u16 {
        let id = self.fresh();
        self.block(id, 0x0B, |out| {
            text(out, "compound");
            out.put_u8(0);
            out.put_u8(operation);
            out.put_u16(components.len() as u16);
            components.iter().for_each(|component| out.put_u16(*component));
        })
    }

    /// A shape on the object type at `of`.
    pub(crate) fn shape(&mut self, of: u16, elements: &[Element<'_>]) -> u16 {
        let id = self.fresh();
        self.block(id, 1, |out| {
            out.put_u8(0);
            out.put_u16(of);
            out.put_u16(elements.len() as u16);
            for Element(flags, cardinality, name, pos) in elements {
                out.put_u32(*flags);
                out.put_u8(*cardinality as u8);
                text(out, name);
                out.put_u16(*pos);
                out.put_u16(of);
            }
        })
    }

    /// A shape of session state: names and types of what may be set.
    pub(crate) fn input_shape(&mut self, elements: &[(&str, u16)]) -> u16 {
        let id = self.fresh();
        self.block(id, 8, |out| {
            out.put_u16(elements.len() as u16);
            for (name, pos) in elements {
                out.put_u32(0);
                out.put_u8(Cardinality::AtMostOne as u8);
                text(out, name);
                out.put_u16(*pos);
            }
        })
    }

    fn fresh(&self) -> Uuid {
        Uuid::from_u128(0xfeed_0000 + self.ids.len() as u128)
    }

    fn block(&mut self, id: Uuid, tag: u8, body: impl FnOnce(&mut BytesMut)) -> u16 {
        if let Some(known) = self.ids.iter().position(|other| *other == id) {
            return known as u16;
        }
        let mut block = BytesMut::new();
        block.put_u8(tag);
        block.put_slice(id.as_bytes());
        body(&mut block);
        self.blocks.put_u32(block.len() as u32);
        self.blocks.put_slice(&block);
        self.ids.push(id);
        (self.ids.len() - 1) as u16
    }
}

/// What a query answers that answers nothing, and what it takes that takes nothing.
pub(crate) fn nothing() -> RawTypedesc {
    RawTypedesc { proto: ProtocolVersion::new(3, 0), id: Uuid::nil(), data: Bytes::new() }
}

/// Arguments: name, cardinality and type of each.
pub(crate) fn arguments(
    build: impl FnOnce(&mut Typedesc) -> Vec<(&'static str, Cardinality, u16)>,
) -> RawTypedesc {
    let mut typedesc = Typedesc::default();
    let of = typedesc.object_type("std::FreeObject");
    let elements = build(&mut typedesc);
    let elements: Vec<_> = elements.iter().map(|(name, card, pos)| Element(0, *card, name, *pos)).collect();
    typedesc.shape(of, &elements);
    typedesc.finish()
}

fn named(out: &mut BytesMut, name: &str, ancestors: &[u16]) {
    text(out, name);
    out.put_u8(1);
    out.put_u16(ancestors.len() as u16);
    ancestors.iter().for_each(|ancestor| out.put_u16(*ancestor));
}

fn text(out: &mut BytesMut, text: &str) {
    out.put_u32(text.len() as u32);
    out.put_slice(text.as_bytes());
}
