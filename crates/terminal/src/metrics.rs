//! Counts for whoever watches over terminals, in Prometheus' text form.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::terminal::{Terminal, read};

#[derive(Default)]
pub(crate) struct Metrics {
    pub done: AtomicU64,
    pub repeated: AtomicU64,
    pub refused: AtomicU64,
    pub batches: AtomicU64,
    pub store_failures: AtomicU64,
    pub queries: AtomicU64,
    pub updates: AtomicU64,
    pub overflows: AtomicU64,
    pub wrong_pins: AtomicU64,
    pub slips_printed: AtomicU64,
    pub slips_unknown: AtomicU64,
}

impl Terminal {
    /// Counts in Prometheus' text form.
    pub fn metrics(&self) -> String {
        let (entries, open) = {
            let state = read(&self.state);
            (state.version(), state.restaurant.open_checks().count() as u64)
        };
        let network = self.network();
        let carried = |which: fn(&sync::Traffic) -> &AtomicU64| {
            network.as_ref().map_or(0, |n| which(n.lan.traffic()).load(Ordering::Relaxed))
        };
        self.metrics.text(&[
            ("comanda_entries", "Entries in the event log.", entries),
            ("comanda_open_checks", "Checks that are open.", open),
            ("comanda_screens", "Screens that listen.", self.news.listeners()),
            ("comanda_slips_waiting", "Slips that wait for a printer.", self.slips_waiting()),
            ("comanda_links_sent_bytes", "Sent to other terminals since the network opened.", carried(|t| &t.sent)),
            ("comanda_links_received_bytes", "Received from them.", carried(|t| &t.received)),
        ])
    }
}

impl Metrics {
    pub fn text(&self, gauges: &[(&str, &str, u64)]) -> String {
        let counters: [(&str, &str, &AtomicU64); 11] = [
            ("comanda_commands_done_total", "Commands done and durable.", &self.done),
            ("comanda_commands_repeated_total", "Commands sent again and answered from the log.", &self.repeated),
            ("comanda_commands_refused_total", "Commands refused with a sentence.", &self.refused),
            ("comanda_commits_total", "Transactions of the event log; one fsync each.", &self.batches),
            ("comanda_store_failures_total", "Transactions the disk refused.", &self.store_failures),
            ("comanda_queries_total", "Queries answered.", &self.queries),
            ("comanda_updates_total", "Messages sent to screens.", &self.updates),
            ("comanda_stream_overflows_total", "Times a screen was too slow and had to start anew.", &self.overflows),
            ("comanda_wrong_pins_total", "Wrong PINs.", &self.wrong_pins),
            ("comanda_slips_printed_total", "Slips a printer said it printed.", &self.slips_printed),
            ("comanda_slips_unknown_total", "Slips whose printing could not be proved.", &self.slips_unknown),
        ];
        let mut text = String::new();
        for (name, help, value) in counters {
            write_one(&mut text, name, help, "counter", value.load(Ordering::Relaxed));
        }
        for (name, help, value) in gauges {
            write_one(&mut text, name, help, "gauge", *value);
        }
        text
    }
}

fn write_one(text: &mut String, name: &str, help: &str, kind: &str, value: u64) {
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"));
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
