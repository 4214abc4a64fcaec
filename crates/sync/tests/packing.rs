//! How many bytes travel. Measured, not judged by the clock:
//! `cargo test --release -p sync --test packing -- --ignored --nocapture`.

mod lab;

use lab::{Terminal, entries, noise, order};
use sync::{Frame, LEVEL, Packer, Signature, bounds, is_milestone};

const CATCH_UP: u64 = 50_000;

/// A frame as its author sends it: sealed at every milestone and at its end.
fn sealed(first: u64, count: u64) -> Frame {
    let mut frame = entries(1, first, (first..first + count).map(order).collect());
    if let Frame::Entries { bodies, seals, .. } = &mut frame {
        let lasts = |(seq, len): &(u64, usize)| *seq == first + count - 1 || is_milestone(*seq, *len);
        let sealed = (first..).zip(bodies.iter().map(|b| b.len())).filter(lasts);
        *seals = sealed.map(|(seq, _)| (seq, Signature(noise(seq, 64).try_into().unwrap()))).collect();
    }
    frame
}

fn per_event(level: i32, per_frame: u64, events: u64) -> f64 {
    let mut packer = Packer::new(level).unwrap();
    let mut bytes = Vec::new();
    for first in (1..=events).step_by(per_frame as usize) {
        packer.pack(&sealed(first, per_frame), &mut bytes).unwrap();
    }
    bytes.len() as f64 / events as f64
}

#[test]
fn a_catch_up_is_small_and_a_live_order_travels_as_it_is() {
    let (caught_up, live) = (per_event(LEVEL, 900, 9_000), per_event(LEVEL, 1, 2_000));
    println!("{caught_up:.1} bytes an entry in a catch-up, {live:.1} for one alone, with their seals");
    assert!(caught_up <= 37.0, "{caught_up}");
    let plain = (1..=2_000).map(|n| order(n).len()).sum::<usize>() as f64 / 2_000.0;
    // With its place, and its seal in hexadecimal digits.
    assert!(live > plain && live <= plain + 220.0, "{live} of {plain}");
}

#[test]
#[ignore = "a measurement, best in release"]
fn bytes_per_event() {
    let plain = (1..=1_000).map(|n| order(n).len()).sum::<usize>() / 1_000;
    let per_frame = bounds::WINDOW as u64 / plain as u64;
    println!("{plain} bytes of JSON per event");
    for level in [1, 3, 6, 9] {
        let since = std::time::Instant::now();
        let caught_up = per_event(level, per_frame, CATCH_UP);
        let seconds = since.elapsed().as_secs_f64();
        let live = per_event(level, 1, 5_000);
        let rate = plain as f64 * CATCH_UP as f64 / seconds / 1e6;
        println!(
            "level {level}: catch-up {caught_up:.1} bytes ({rate:.0} MB/s), live {live:.1} bytes with the frame's own"
        );
    }
}

#[test]
#[ignore = "a measurement, best in release and on a machine that does nothing else"]
fn from_send_to_heard() {
    let (a, b) = (Terminal::new(1), Terminal::new(2));
    a.pair_with(&b);
    a.lan.dial(b.address());
    let at_a = a.up();
    b.up();
    let mut took: Vec<u128> = (1..=3_000)
        .map(|n| {
            let frame = entries(1, n, vec![order(n)]);
            let since = std::time::Instant::now();
            a.lan.send(at_a, frame).unwrap();
            b.frame();
            since.elapsed().as_micros()
        })
        .collect();
    took.sort_unstable();
    println!(
        "one order, from send to another thread that heard it: median {} µs, 99 of 100 within {} µs",
        took[1_500], took[2_970]
    );
}
