//! Frames as bytes. On a link every frame is
//!
//! ```text
//! u32 little-endian: how many bytes follow │ u8: how they are packed │ payload
//! payload = varint length of the JSON │ JSON of the frame │ varint count │ varint length of each body │ bodies
//! ```
//!
//! The JSON names its fields, so terminals of different versions talk: unknown fields are ignored, unknown kinds of
//! frames and unknown ways of packing are skipped. The bodies lie behind it as their author wrote them, next to each
//! other, because they resemble each other.
//!
//! One zstd stream runs through each direction of a link and is flushed after every frame, so a single order line is
//! told in terms of the lines before it. Whatever arrives is held to the bounds below before memory is given to it.

use std::sync::Arc;

use serde::Deserialize;
use zstd::zstd_safe::{CCtx, CParameter, DCtx, DParameter, InBuffer, OutBuffer, zstd_sys::ZSTD_EndDirective};

use crate::wire::{Body, Frame};

/// Bytes of a frame before it is packed: a menu import below 4 MB is the largest entry there is.
pub const PLAIN_MAX: usize = 5 << 20;
/// Bytes of a frame as it travels. What cannot be packed grows a little.
pub const PACKED_MAX: usize = PLAIN_MAX + (PLAIN_MAX >> 7) + 64;
/// Entries in one frame.
pub const BODIES_MAX: usize = 1 << 16;
/// How far back a frame may refer to what was sent before, as a power of two: 256 KiB of memory on either side. More
/// makes a catch-up no smaller.
pub const WINDOW_LOG: u32 = 18;
/// Smaller payloads travel as they are: an order on its way to a kitchen is a tenth of a millisecond sooner there over two
/// links (measured at 20 a second), and what comes in numbers comes in pieces many times as large.
pub const PACK_FROM: usize = 1_024;
/// How hard the packer tries. Level 6 makes a catch-up a fifth smaller and takes twice the time (`tests/packing.rs`).
pub const LEVEL: i32 = 3;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
const HEAD: usize = 5;
/// Memory is asked for in steps of this size while a frame is unpacked.
const STEP: usize = 64 << 10;

/// Bytes that are no frame, or a frame that is too big. After either a link is of no use any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("a frame of {0} bytes is more than is ever sent")]
    TooBig(usize),
    #[error("a frame of {0} entries is more than is ever sent")]
    TooMany(usize),
    #[error("a frame ends too early")]
    Short,
    #[error("a frame has {0} bytes too many")]
    Surplus(usize),
    #[error("a frame cannot be unpacked: {0}")]
    Packing(String),
    #[error("a frame cannot be read: {0}")]
    Json(String),
}

/// The kinds of frames this version knows, as they are named on the wire.
const KINDS: [&str; 11] =
    ["hello", "beat", "entries", "have", "clock", "unplug", "held", "face", "authority", "come_back", "parted"];

/// Fails to compile when a kind is added, so that [`KINDS`] is not forgotten.
fn kind(frame: &Frame) -> &'static str {
    match frame {
        Frame::Hello { .. } => KINDS[0],
        Frame::Beat { .. } => KINDS[1],
        Frame::Entries { .. } => KINDS[2],
        Frame::Have { .. } => KINDS[3],
        Frame::Clock { .. } => KINDS[4],
        Frame::Unplug { .. } => KINDS[5],
        Frame::Held { .. } => KINDS[6],
        Frame::Face { .. } => KINDS[7],
        Frame::Authority { .. } => KINDS[8],
        Frame::ComeBack { .. } => KINDS[9],
        Frame::Parted { .. } => KINDS[10],
    }
}

fn zstd_error(code: usize) -> CodeError {
    CodeError::Packing(zstd::zstd_safe::get_error_name(code).to_owned())
}

fn no_memory() -> CodeError {
    CodeError::Packing("no memory".to_owned())
}

/// About how many bytes a frame is before packing, without writing it.
pub fn weight(frame: &Frame) -> usize {
    let heads = |n: usize| 64 + 24 * n;
    match frame {
        Frame::Hello { heads: h, .. } => 2 * heads(h.len()),
        Frame::Beat { heads: h, .. } => 2 * heads(h.len()),
        Frame::Have { heads: h } => heads(h.len()),
        Frame::Clock { .. } | Frame::Unplug { .. } => 32,
        Frame::Held { .. } => 320,
        Frame::ComeBack { points, .. } => 64 + 96 * points.len(),
        Frame::Parted { welcome, .. } => 64 + welcome.as_ref().map_or(0, String::len),
        Frame::Authority { file } => 64 + file.as_ref().map_or(0, String::len),
        Frame::Face { knocks, .. } => 64 + 192 * knocks.len(),
        Frame::Entries { bodies, seals, .. } => {
            64 + 160 * seals.len() + bodies.iter().map(|b| b.len() + 4).sum::<usize>()
        }
    }
}

fn put_varint(to: &mut Vec<u8>, mut n: usize) {
    while n >= 0x80 {
        to.push(n as u8 | 0x80);
        n >>= 7;
    }
    to.push(n as u8);
}

fn take_varint(from: &mut &[u8]) -> Result<usize, CodeError> {
    let mut n = 0;
    // Five groups of seven bits hold every length within the bounds.
    for shift in (0..35).step_by(7) {
        let (byte, rest) = from.split_first().ok_or(CodeError::Short)?;
        *from = rest;
        n |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err(CodeError::TooBig(n))
}

fn take<'a>(from: &mut &'a [u8], n: usize) -> Result<&'a [u8], CodeError> {
    let (taken, rest) = from.split_at_checked(n).ok_or(CodeError::Short)?;
    *from = rest;
    Ok(taken)
}

/// Writes the payload of a frame.
fn write_payload(frame: &Frame, to: &mut Vec<u8>) -> Result<(), CodeError> {
    debug_assert!(KINDS.contains(&kind(frame)));
    let json = serde_json::to_vec(frame).map_err(|e| CodeError::Json(e.to_string()))?;
    put_varint(to, json.len());
    to.extend_from_slice(&json);
    let bodies: &[Body] = if let Frame::Entries { bodies, .. } = frame { bodies } else { &[] };
    if bodies.len() > BODIES_MAX {
        return Err(CodeError::TooMany(bodies.len()));
    }
    put_varint(to, bodies.len());
    for body in bodies {
        put_varint(to, body.len());
    }
    for body in bodies {
        to.extend_from_slice(body);
    }
    if to.len() > PLAIN_MAX { Err(CodeError::TooBig(to.len())) } else { Ok(()) }
}

/// Reads a payload; none if it is of a kind that only newer terminals know.
fn read_payload(mut from: &[u8]) -> Result<Option<Frame>, CodeError> {
    let json_len = take_varint(&mut from)?;
    let json = take(&mut from, json_len)?;
    let count = take_varint(&mut from)?;
    if count > BODIES_MAX {
        return Err(CodeError::TooMany(count));
    }
    let lens = (0..count).map(|_| take_varint(&mut from)).collect::<Result<Vec<_>, _>>()?;
    let cut = lens.into_iter().map(|len| take(&mut from, len).map(Arc::from)).collect::<Result<Vec<Body>, _>>()?;
    if !from.is_empty() {
        return Err(CodeError::Surplus(from.len()));
    }
    match serde_json::from_slice(json) {
        Ok(Frame::Entries { origin, first, seals, .. }) => {
            Ok(Some(Frame::Entries { origin, first, bodies: cut, seals }))
        }
        Ok(frame) => Ok(Some(frame)),
        Err(_) if is_of_a_newer_kind(json) => Ok(None),
        Err(e) => Err(CodeError::Json(e.to_string())),
    }
}

/// A frame is an object with one field, or a lone word, that names its kind.
fn is_of_a_newer_kind(json: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Named {
        Word(String),
        Fields(std::collections::BTreeMap<String, serde::de::IgnoredAny>),
    }
    match serde_json::from_slice(json) {
        Ok(Named::Word(word)) => !KINDS.contains(&word.as_str()),
        Ok(Named::Fields(fields)) => fields.len() == 1 && !fields.keys().any(|k| KINDS.contains(&k.as_str())),
        Err(_) => false,
    }
}

/// One direction of a link, where frames go in.
pub struct Packer {
    stream: CCtx<'static>,
    payload: Vec<u8>,
}

impl Packer {
    /// A stream that starts; `level` as zstd counts them, see [`LEVEL`].
    pub fn new(level: i32) -> Result<Packer, CodeError> {
        let mut stream = CCtx::try_create().ok_or_else(no_memory)?;
        stream.set_parameter(CParameter::CompressionLevel(level)).map_err(zstd_error)?;
        stream.set_parameter(CParameter::WindowLog(WINDOW_LOG)).map_err(zstd_error)?;
        Ok(Packer { stream, payload: Vec::new() })
    }

    /// Appends the bytes of a frame. After an error of any kind but [`CodeError::TooBig`] and [`CodeError::TooMany`] the
    /// stream is of no use.
    pub fn pack(&mut self, frame: &Frame, to: &mut Vec<u8>) -> Result<(), CodeError> {
        self.payload.clear();
        write_payload(frame, &mut self.payload)?;
        let start = to.len();
        to.extend_from_slice(&[0; HEAD]);
        if self.payload.len() < PACK_FROM {
            to[start + 4] = PLAIN;
            to.extend_from_slice(&self.payload);
        } else {
            to[start + 4] = ZSTD;
            self.squeeze(to)?;
        }
        let len = to.len() - start - 4;
        to[start..start + 4].copy_from_slice(&(len as u32).to_le_bytes());
        if self.payload.capacity() > 4 * STEP {
            self.payload = Vec::new();
        }
        Ok(())
    }

    fn squeeze(&mut self, to: &mut Vec<u8>) -> Result<(), CodeError> {
        let mut input = InBuffer::around(&self.payload);
        loop {
            to.reserve(zstd::zstd_safe::compress_bound(self.payload.len() - input.pos()).min(STEP) + HEAD);
            let at = to.len();
            let mut output = OutBuffer::around_pos(to, at);
            let left = self
                .stream
                .compress_stream2(&mut output, &mut input, ZSTD_EndDirective::ZSTD_e_flush)
                .map_err(zstd_error)?;
            if left == 0 && input.pos() == self.payload.len() {
                return Ok(());
            }
        }
    }
}

/// The other end of a direction: bytes as they arrive go in, frames come out.
pub struct Unpacker {
    stream: DCtx<'static>,
    waiting: Vec<u8>,
    read: usize,
    payload: Vec<u8>,
}

impl Unpacker {
    pub fn new() -> Result<Unpacker, CodeError> {
        let mut stream = DCtx::try_create().ok_or_else(no_memory)?;
        stream.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)).map_err(zstd_error)?;
        Ok(Unpacker { stream, waiting: Vec::new(), read: 0, payload: Vec::new() })
    }

    /// Takes what arrived, in pieces of any size.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.read > 0 {
            self.waiting.drain(..self.read);
            self.read = 0;
        }
        self.waiting.extend_from_slice(bytes);
    }

    /// The next frame that is there as a whole. After an error there is nothing more to be had.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, CodeError> {
        loop {
            let Some((packing, range)) = self.next_range()? else {
                if self.read == self.waiting.len() && self.waiting.capacity() > 4 * STEP {
                    (self.waiting, self.read) = (Vec::new(), 0);
                }
                return Ok(None);
            };
            self.read = range.end;
            let frame = match packing {
                PLAIN => read_payload(&self.waiting[range])?,
                ZSTD => {
                    self.expand(range)?;
                    let frame = read_payload(&self.payload)?;
                    if self.payload.capacity() > 4 * STEP {
                        self.payload = Vec::new();
                    }
                    frame
                }
                _ => None,
            };
            if frame.is_some() {
                return Ok(frame);
            }
        }
    }

    fn next_range(&self) -> Result<Option<(u8, std::ops::Range<usize>)>, CodeError> {
        let there = &self.waiting[self.read..];
        let Some((len, rest)) = there.split_first_chunk::<4>() else { return Ok(None) };
        let len = u32::from_le_bytes(*len) as usize;
        if len == 0 {
            return Err(CodeError::Short);
        }
        if len > PACKED_MAX {
            return Err(CodeError::TooBig(len));
        }
        if rest.len() < len {
            return Ok(None);
        }
        let start = self.read + HEAD;
        Ok(Some((rest[0], start..start + len - 1)))
    }

    fn expand(&mut self, range: std::ops::Range<usize>) -> Result<(), CodeError> {
        self.payload.clear();
        let packed = &self.waiting[range];
        let mut input = InBuffer::around(packed);
        loop {
            let at = self.payload.len();
            if at > PLAIN_MAX {
                return Err(CodeError::TooBig(at));
            }
            // `reserve` doubles what is there, so the step only matters at the beginning.
            self.payload.reserve(STEP);
            let room = self.payload.capacity();
            let mut output = OutBuffer::around_pos(&mut self.payload, at);
            self.stream.decompress_stream(&mut output, &mut input).map_err(zstd_error)?;
            let full = output.pos() == room;
            if input.pos() == packed.len() && !full {
                return if self.payload.len() > PLAIN_MAX {
                    Err(CodeError::TooBig(self.payload.len()))
                } else {
                    Ok(())
                };
            }
        }
    }
}

/// For tests of other versions: bytes of a frame whose JSON is given, never packed.
pub fn plain_bytes(json: &str, bodies: &[&[u8]]) -> Vec<u8> {
    let mut payload = Vec::new();
    put_varint(&mut payload, json.len());
    payload.extend_from_slice(json.as_bytes());
    put_varint(&mut payload, bodies.len());
    bodies.iter().for_each(|b| put_varint(&mut payload, b.len()));
    bodies.iter().for_each(|b| payload.extend_from_slice(b));
    let mut bytes = (payload.len() as u32 + 1).to_le_bytes().to_vec();
    bytes.push(PLAIN);
    bytes.extend_from_slice(&payload);
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::ids::Origin;
    use proptest::prelude::*;

    use super::*;
    use crate::coming_back::Point;
    use crate::{
        role::{Rank, Role},
        seal::{Seal, Signature},
    };

    fn entries(first: u64, bodies: Vec<Vec<u8>>) -> Frame {
        let seals = bodies.iter().zip(first..).map(|(_, seq)| (seq, Signature([seq as u8; 64]))).take(2).collect();
        Frame::Entries { origin: Origin(7), first, bodies: bodies.into_iter().map(Arc::from).collect(), seals }
    }

    fn through(frames: &[Frame], piece: usize) -> Vec<Frame> {
        let (mut packer, mut unpacker) = (Packer::new(LEVEL).unwrap(), Unpacker::new().unwrap());
        let mut bytes = Vec::new();
        frames.iter().for_each(|f| packer.pack(f, &mut bytes).unwrap());
        let mut out = Vec::new();
        for piece in bytes.chunks(piece.max(1)) {
            unpacker.feed(piece);
            while let Some(frame) = unpacker.next_frame().unwrap() {
                out.push(frame);
            }
        }
        out
    }

    fn every_kind() -> Vec<Frame> {
        let rank = Rank { chosen: 3, origin: Origin(9) };
        let role = Role { epoch: 4, master: Origin(9), pinned: true };
        let heads = BTreeMap::from([(Origin(1), 120), (Origin(9), 77)]);
        let seal = Seal { seq: 7, hash: [3; 32], sign: Signature([4; 64]) };
        vec![
            Frame::Hello {
                protocol: 1,
                store: u64::MAX,
                me: Origin(9),
                rank,
                role,
                heads: heads.clone(),
                seal: None,
                yours: None,
                was: vec![Origin(5)],
            },
            Frame::ComeBack { name: Origin(4), points: vec![Point { seq: 7, hash: [3; 32] }] },
            Frame::Parted { from: 6, until: 7, welcome: None },
            Frame::Held { origin: Origin(9), seal: Box::new(seal) },
            Frame::Beat { rank, role, hears_master: true, heads: Arc::new(heads.clone()) },
            entries(5, vec![b"one".to_vec(), Vec::new(), vec![7; 300_000]]),
            entries(8, Vec::new()),
            Frame::Have { heads },
        ]
    }

    #[test]
    fn every_kind_arrives_in_pieces_of_any_size() {
        let frames = every_kind();
        assert!(frames.iter().map(kind).eq([
            "hello",
            "come_back",
            "parted",
            "held",
            "beat",
            "entries",
            "entries",
            "have"
        ]));
        for piece in [1, 3, 64, 1 << 20] {
            assert_eq!(through(&frames, piece), frames);
        }
        for frame in &frames {
            let json = serde_json::to_string(frame).unwrap();
            assert!(json.starts_with(&format!("{{\"{}\":", kind(frame))), "{json}");
        }
    }

    #[test]
    fn newer_kinds_fields_and_packings_are_skipped() {
        let mut unpacker = Unpacker::new().unwrap();
        unpacker.feed(&plain_bytes(r#"{"gossip":{"about":"T7"}}"#, &[b"with a body"]));
        unpacker.feed(&plain_bytes(r#""ping""#, &[]));
        unpacker.feed(&[4, 0, 0, 0, 99, 1, 2, 3]);
        unpacker.feed(&plain_bytes(r#"{"have":{"heads":{},"since":3}}"#, &[]));
        assert_eq!(unpacker.next_frame(), Ok(Some(Frame::Have { heads: BTreeMap::new() })));
        assert_eq!(unpacker.next_frame(), Ok(None));
    }

    #[test]
    fn what_is_no_frame_is_an_error() {
        let check = |bytes: &[u8]| {
            let mut unpacker = Unpacker::new().unwrap();
            unpacker.feed(bytes);
            unpacker.next_frame().unwrap_err()
        };
        assert_eq!(check(&[0, 0, 0, 0]), CodeError::Short);
        assert_eq!(check(&[255, 255, 255, 255]), CodeError::TooBig(u32::MAX as usize));
        assert_eq!(check(&[2, 0, 0, 0, PLAIN, 9]), CodeError::Short);
        assert!(matches!(check(&[3, 0, 0, 0, ZSTD, 9, 9]), CodeError::Packing(_)));
        assert!(matches!(check(&plain_bytes(r#"{"have":{}}"#, &[])), CodeError::Json(_)));
        assert!(matches!(check(&plain_bytes("{", &[])), CodeError::Json(_)));
        assert_eq!(check(&[5, 0, 0, 0, PLAIN, 0, 0, 1, 2]), CodeError::Surplus(2));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut packer = Packer::new(9).unwrap();
        packer.payload = vec![0; 200 << 20];
        let mut bytes = vec![0; HEAD];
        packer.squeeze(&mut bytes).unwrap();
        let len = bytes.len() as u32 - 4;
        bytes[..4].copy_from_slice(&len.to_le_bytes());
        bytes[4] = ZSTD;
        assert!(bytes.len() < 100_000, "{}", bytes.len());
        let mut unpacker = Unpacker::new().unwrap();
        unpacker.feed(&bytes);
        assert!(matches!(unpacker.next_frame(), Err(CodeError::TooBig(_))));
        assert!(unpacker.payload.capacity() <= 4 * PLAIN_MAX, "{}", unpacker.payload.capacity());
    }

    #[test]
    fn the_sender_keeps_the_bounds_too_and_goes_on() {
        let mut packer = Packer::new(LEVEL).unwrap();
        let mut bytes = Vec::new();
        assert!(matches!(packer.pack(&entries(1, vec![vec![1; PLAIN_MAX]]), &mut bytes), Err(CodeError::TooBig(_))));
        assert!(matches!(
            packer.pack(&entries(1, vec![Vec::new(); BODIES_MAX + 1]), &mut bytes),
            Err(CodeError::TooMany(_))
        ));
        assert!(bytes.is_empty());
        let menu = entries(1, vec![vec![1; 4 << 20]]);
        assert_eq!(through(std::slice::from_ref(&menu), 1 << 16), [menu]);
    }

    proptest! {
        #[test]
        fn entries_arrive_as_they_were(bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..20), piece in 1usize..300) {
            let frames = [entries(1, bodies.clone()), entries(21, bodies)];
            prop_assert_eq!(through(&frames, piece), frames);
        }

        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400), small in any::<bool>(), packing in 0u8..3) {
            let mut unpacker = Unpacker::new().unwrap();
            if small {
                unpacker.feed(&(bytes.len() as u32 + 1).to_le_bytes());
                unpacker.feed(&[packing]);
            }
            unpacker.feed(&bytes);
            while let Ok(Some(_)) = unpacker.next_frame() {}
        }

        #[test]
        fn a_changed_byte_never_panics(at in 0usize..400, to in any::<u8>(), cut in 0usize..400) {
            let mut packer = Packer::new(LEVEL).unwrap();
            let mut bytes = Vec::new();
            every_kind().iter().for_each(|f| packer.pack(f, &mut bytes).unwrap());
            let at = at % bytes.len();
            bytes[at] = to;
            bytes.truncate(bytes.len() - cut % bytes.len());
            let mut unpacker = Unpacker::new().unwrap();
            unpacker.feed(&bytes);
            while let Ok(Some(_)) = unpacker.next_frame() {}
        }
    }
}
