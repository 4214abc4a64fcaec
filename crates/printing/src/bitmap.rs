//! A field of dots, one byte of ink (0 to 255) each: what the head burns, or what the eye sees.

/// Dots in rows from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    ink: Vec<u8>,
}

impl Bitmap {
    /// White paper.
    pub fn new(width: usize, height: usize) -> Bitmap {
        Bitmap { width, ink: vec![0; width * height] }
    }

    /// Dots across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Dots down.
    pub fn height(&self) -> usize {
        self.ink.len().checked_div(self.width).unwrap_or(0)
    }

    /// Ink at a dot; paper outside.
    pub fn get(&self, x: usize, y: usize) -> u8 {
        if x < self.width { self.ink.get(y * self.width + x).copied().unwrap_or(0) } else { 0 }
    }

    /// Puts at least this much ink on a dot; outside the paper nothing happens.
    pub fn darken(&mut self, x: usize, y: usize, ink: u8) {
        if x < self.width
            && let Some(dot) = self.ink.get_mut(y * self.width + x)
        {
            *dot = (*dot).max(ink);
        }
    }

    /// Adds rows so that at least `height` exist.
    pub fn grow(&mut self, height: usize) {
        if height > self.height() {
            self.ink.resize(self.width * height, 0);
        }
    }

    /// Turns ink into paper and paper into ink in a rectangle.
    pub fn invert(&mut self, left: usize, top: usize, width: usize, height: usize) {
        for y in top..(top + height).min(self.height()) {
            for x in left..(left + width).min(self.width) {
                let dot = &mut self.ink[y * self.width + x];
                *dot = 255 - *dot;
            }
        }
    }

    /// Lays another bitmap over this one.
    pub fn stamp(&mut self, other: &Bitmap, left: usize, top: usize) {
        for y in 0..other.height() {
            for x in 0..other.width {
                self.darken(left + x, top + y, other.ink[y * other.width + x]);
            }
        }
    }

    /// The same picture as the head burns it: full ink or none.
    pub fn burned(mut self) -> Bitmap {
        for dot in &mut self.ink {
            *dot = if *dot >= INK { 255 } else { 0 };
        }
        self
    }

    /// All ink, row by row.
    pub fn ink(&self) -> &[u8] {
        &self.ink
    }

    /// A rectangle of this bitmap, as plain dot or no dot.
    pub fn dots(&self, left: usize, top: usize, width: usize, height: usize) -> Vec<bool> {
        (top..top + height)
            .flat_map(|y| (left..left + width).map(move |x| (x, y)))
            .map(|(x, y)| self.dot(x, y))
            .collect()
    }

    /// Whether the head burns this dot.
    pub fn dot(&self, x: usize, y: usize) -> bool {
        self.get(x, y) >= INK
    }
}

/// From this coverage on, a dot is burned.
pub const INK: u8 = 112;
