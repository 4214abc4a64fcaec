//! Reading the terminal's JSON, with as little code as can be.
//!
//! `serde_json` offers every type every way to be read (lists for structs, numbers for names, floats, maps of any key), and
//! each way is compiled anew for each type: half a megabyte for the types of this app. This reader offers only what the
//! terminal writes (no fraction among it), so the rest is never compiled. Errors carry no words: a page that cannot read an answer says the
//! terminal is lost, and a draft that cannot be read is begun anew.

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, Error, Expected, MapAccess, SeqAccess, Unexpected,
        VariantAccess, Visitor,
    },
};

/// Lists and objects within each other; what the terminal writes has fewer than twenty.
const MAX_DEPTH: u32 = 100;

/// The value written in `text`, or nothing when it says something else.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut reader = Reader { text: text.as_bytes(), at: 0, depth: 0 };
    let value = T::deserialize(&mut reader).ok()?;
    (reader.peek() == 0).then_some(value)
}

/// It could not be read.
#[derive(Debug)]
struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Unreadable {}

// All of them said here: what serde would say of itself formats words nobody reads.
impl Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Unreadable {
        Unreadable
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Unreadable {
        Unreadable
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Unreadable {
        Unreadable
    }
    fn invalid_length(_: usize, _: &dyn Expected) -> Unreadable {
        Unreadable
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Unreadable {
        Unreadable
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Unreadable {
        Unreadable
    }
    fn missing_field(_: &'static str) -> Unreadable {
        Unreadable
    }
    fn duplicate_field(_: &'static str) -> Unreadable {
        Unreadable
    }
}

type Read<T> = Result<T, Unreadable>;

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    depth: u32,
}

impl<'t> Reader<'t> {
    /// The next byte that says something; 0 at the end.
    fn peek(&mut self) -> u8 {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.text.get(self.at) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// Goes past `byte` if it is the next.
    fn passes(&mut self, byte: u8) -> bool {
        let there = self.peek() == byte;
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        if self.passes(byte) { Ok(()) } else { Err(Unreadable) }
    }

    fn word(&mut self, word: &str) -> Read<()> {
        self.peek();
        let there = self.text[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        if there { Ok(()) } else { Err(Unreadable) }
    }

    fn enter(&mut self, open: u8) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Unreadable) } else { self.expect(open) }
    }

    fn leave(&mut self, close: u8) -> Read<()> {
        self.depth -= 1;
        self.expect(close)
    }

    /// Between two members: past a comma to the next, or nothing more before `close`.
    fn more(&mut self, first: &mut bool, close: u8) -> Read<bool> {
        if self.peek() == close {
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// A whole number with its sign apart. Keys of objects are numbers in quotation marks.
    fn number(&mut self) -> Read<(bool, u64)> {
        let quoted = self.passes(b'"');
        let minus = self.passes(b'-');
        let from = self.at;
        let mut n = 0u64;
        while let Some(digit @ b'0'..=b'9') = self.text.get(self.at) {
            n = n.checked_mul(10).and_then(|n| n.checked_add(u64::from(digit - b'0'))).ok_or(Unreadable)?;
            self.at += 1;
        }
        let ended = !matches!(self.text.get(self.at), Some(b'.' | b'e' | b'E'));
        if self.at == from || !ended || quoted && !self.passes(b'"') { Err(Unreadable) } else { Ok((minus, n)) }
    }

    fn unsigned(&mut self) -> Read<u64> {
        match self.number()? {
            (true, 1..) => Err(Unreadable),
            (_, n) => Ok(n),
        }
    }

    fn signed(&mut self) -> Read<i64> {
        let (minus, n) = self.number()?;
        let signed = if minus { 0i64.checked_sub_unsigned(n) } else { i64::try_from(n).ok() };
        signed.ok_or(Unreadable)
    }

    fn text(&mut self) -> Read<String> {
        self.expect(b'"')?;
        let mut out = Vec::new();
        loop {
            let byte = self.byte()?;
            match byte {
                b'"' => break,
                b'\\' => self.escaped(&mut out)?,
                _ => out.push(byte),
            }
        }
        String::from_utf8(out).map_err(|_| Unreadable)
    }

    fn byte(&mut self) -> Read<u8> {
        let byte = *self.text.get(self.at).ok_or(Unreadable)?;
        self.at += 1;
        Ok(byte)
    }

    fn escaped(&mut self, out: &mut Vec<u8>) -> Read<()> {
        let byte = match self.byte()? {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let mut letter = self.four()?;
                if (0xD800..0xDC00).contains(&letter) {
                    self.word("\\u")?;
                    letter =
                        0x1_0000 + ((letter - 0xD800) << 10) + self.four()?.checked_sub(0xDC00).ok_or(Unreadable)?;
                }
                let letter = char::from_u32(letter).ok_or(Unreadable)?;
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            plain => plain,
        };
        out.push(byte);
        Ok(())
    }

    fn four(&mut self) -> Read<u32> {
        let mut n = 0;
        for _ in 0..4 {
            n = n << 4 | char::from(self.byte()?).to_digit(16).ok_or(Unreadable)?;
        }
        Ok(n)
    }

    /// Goes past whatever comes next.
    fn skip(&mut self) -> Read<()> {
        match self.peek() {
            b'"' => self.text().map(|_| ()),
            open @ (b'{' | b'[') => {
                self.enter(open)?;
                let (close, mut first) = (open + 2, true);
                while self.more(&mut first, close)? {
                    if open == b'{' {
                        self.text()?;
                        self.expect(b':')?;
                    }
                    self.skip()?;
                }
                self.leave(close)
            }
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => {
                let from = self.at;
                while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.text.get(self.at) {
                    self.at += 1;
                }
                if self.at == from { Err(Unreadable) } else { Ok(()) }
            }
        }
    }

    fn list<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Read<V::Value> {
        self.enter(b'[')?;
        let value = visitor.visit_seq(Members { reader: self, first: true })?;
        self.leave(b']')?;
        Ok(value)
    }

    fn object<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Read<V::Value> {
        self.enter(b'{')?;
        let value = visitor.visit_map(Members { reader: self, first: true })?;
        self.leave(b'}')?;
        Ok(value)
    }
}

macro_rules! numbers {
    ($($name:ident $read:ident $visit:ident;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(self.$read()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.peek() {
            b'{' => self.object(visitor),
            b'[' => self.list(visitor),
            b'"' => visitor.visit_string(self.text()?),
            b't' | b'f' => self.deserialize_bool(visitor),
            b'n' => self.deserialize_unit(visitor),
            _ => match self.number()? {
                (false, n) => visitor.visit_u64(n),
                (true, n) => visitor.visit_i64(0i64.checked_sub_unsigned(n).ok_or(Unreadable)?),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let yes = self.peek() == b't';
        self.word(if yes { "true" } else { "false" })?;
        visitor.visit_bool(yes)
    }

    numbers! {
        deserialize_u8 unsigned visit_u64;
        deserialize_u16 unsigned visit_u64;
        deserialize_u32 unsigned visit_u64;
        deserialize_u64 unsigned visit_u64;
        deserialize_i8 signed visit_i64;
        deserialize_i16 signed visit_i64;
        deserialize_i32 signed visit_i64;
        deserialize_i64 signed visit_i64;
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.peek() == b'n' { self.deserialize_unit(visitor) } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.word("null")?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Read<V::Value> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.object(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let bare = self.peek() == b'"';
        if bare {
            return visitor.visit_enum(Variant { reader: self, bare });
        }
        self.enter(b'{')?;
        let value = visitor.visit_enum(Variant { reader: self, bare })?;
        self.leave(b'}')?;
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { f32 f64 bytes byte_buf }
}

/// The members of a list or an object.
struct Members<'r, 't> {
    reader: &'r mut Reader<'t>,
    first: bool,
}

impl<'de> SeqAccess<'de> for Members<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if !self.reader.more(&mut self.first, b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Members<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if !self.reader.more(&mut self.first, b'}')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<T::Value> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// One variant: its bare name, or its name and what it holds.
struct Variant<'r, 't> {
    reader: &'r mut Reader<'t>,
    bare: bool,
}

impl Variant<'_, '_> {
    fn holds(&self) -> Read<()> {
        if self.bare { Err(Unreadable) } else { Ok(()) }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let name = seed.deserialize(&mut *self.reader)?;
        if !self.bare {
            self.reader.expect(b':')?;
        }
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;

    fn unit_variant(self) -> Read<()> {
        if self.bare { Ok(()) } else { self.reader.word("null") }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        self.holds()?;
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.holds()?;
        self.reader.list(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.holds()?;
        self.reader.object(visitor)
    }
}

#[cfg(test)]
mod tests;
