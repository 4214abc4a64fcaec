//! The paper as a PNG file: warm white thermal paper, dark ink, a little air at the sides.

use crate::bitmap::Bitmap;

/// Air left and right of the printable dots.
const MARGIN: usize = 28;
const PAPER: [u8; 3] = [0xFC, 0xFB, 0xF7];
const INK: [u8; 3] = [0x1B, 0x1B, 0x1F];

/// Encodes the picture. An empty picture becomes an empty strip of paper.
pub fn paper(picture: &Bitmap) -> Vec<u8> {
    let (wide, high) = (picture.width() + 2 * MARGIN, picture.height().max(1));
    let mut pixels = Vec::with_capacity(wide * high);
    for y in 0..high {
        pixels.extend([0; MARGIN]);
        pixels.extend((0..picture.width()).map(|x| picture.get(x, y)));
        pixels.extend([0; MARGIN]);
    }
    // One palette entry per amount of ink.
    let blend = |ink: usize, channel: usize| {
        let (from, to) = (usize::from(PAPER[channel]), usize::from(INK[channel]));
        u8::try_from((from * (255 - ink) + to * ink) / 255).unwrap_or(u8::MAX)
    };
    let palette: Vec<u8> = (0..=255).flat_map(|ink| (0..3).map(move |channel| blend(ink, channel))).collect();
    write(wide, high, palette, &pixels).unwrap_or_default()
}

fn write(wide: usize, high: usize, palette: Vec<u8>, pixels: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut file, size(wide), size(high));
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}
