//! What every device loads first.

fn main() {
    ui::service();
}
