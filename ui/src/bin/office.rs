//! What is loaded when the manager's pages or the set-up are opened.

fn main() {
    ui::office();
}
