//! What was acknowledged is there after `kill -9`, costs one fsync, and nothing is printed twice without saying so.

mod house;

use std::{path::Path, process::Command, sync::OnceLock};

use house::House;
use serde_json::json;

/// Counts fsync and fdatasync of a whole process from outside: a C library put before libc's. Nothing in the terminal
/// knows of it, so it cannot be counted wrongly by us.
const COUNTER: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void note(void) {
    const char *file = getenv("SYNCS");
    int fd = file ? open(file, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (fd >= 0) { if (write(fd, ".", 1) < 0) abort(); close(fd); }
}
int fsync(int fd) {
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    note();
    return real(fd);
}
int fdatasync(int fd) {
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    note();
    return real(fd);
}
"#;

/// The counting library, built once; every machine that builds the terminal has a C compiler, SQLite needs it.
fn counter() -> &'static Path {
    static BUILT: OnceLock<(tempfile::TempDir, std::path::PathBuf)> = OnceLock::new();
    let (_, library) = BUILT.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a folder");
        let (source, library) = (dir.path().join("count.c"), dir.path().join("count.so"));
        std::fs::write(&source, COUNTER).expect("the source is written");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).arg("-ldl");
        let status = compiler.status().expect("a C compiler");
        assert!(status.success());
        (dir, library)
    });
    library
}

#[test]
fn a_lone_action_costs_exactly_one_fsync() {
    let dir = tempfile::tempdir().expect("a folder");
    let syncs = dir.path().join("syncs");
    let house = House::with(&dir.path().join("data"), &["--demo", "--printer", "127.0.0.1:9"], |command| {
        command.env("LD_PRELOAD", counter()).env("SYNCS", &syncs);
    });
    let count = || std::fs::metadata(&syncs).map_or(0, |m| m.len());
    let mut client = house.signed_in("carla", "3333");
    let check = client.done(json!({"open_check": {"kind": "dine_in", "table": "t7", "covers": 2}}));
    assert!(count() > 0, "the counter counts");
    let add = json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu"}]}});
    for n in 0..100 {
        let before = count();
        client.done(add.clone());
        assert_eq!(count() - before, 1, "line {n}");
        let before = count();
        client.view(json!({"check": {"check": check}}));
        assert_eq!(count() - before, 0, "asking writes nothing");
    }
    let before = count();
    assert_eq!(client.command(json!({"fire": {"check": "zzzzzzzz-9", "what": "all"}})).code(), "unknown_check");
    assert_eq!(count() - before, 0, "a refusal writes nothing");
}

#[test]
fn kill_nine_loses_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut acknowledged = 0;
    let mut check = None;
    for life in 0..12 {
        let house = House::demo(dir.path());
        let mut client = house.signed_in("carla", "3333");
        client.session = format!("fe00{life:04}");
        let check: &String =
            check.get_or_insert_with(|| client.done(json!({"open_check": {"kind": "takeaway", "name": "Ray"}})));
        let lines = client.view(json!({"check": {"check": check}}))["lines"].as_array().map_or(0, Vec::len);
        assert_eq!(lines, acknowledged, "life {life}");
        for _ in 0..=life {
            client.done(json!({"add_lines": {"check": check, "lines": [{"item": "espresso"}]}}));
            acknowledged += 1;
        }
        // Killed while a writer is in the middle of its work: the last command is sent and not waited for.
        let mut late = client.clone();
        let check = check.clone();
        let racing = std::thread::spawn(move || {
            let said = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                late.command(json!({"add_lines": {"check": check, "lines": [{"item": "espresso"}]}})).status == 200
            }));
            said.unwrap_or(false)
        });
        std::thread::sleep(std::time::Duration::from_micros(200 * life));
        house.kill();
        // If it was answered, it counts; if not, it may be there or not, and the next life must agree with the log.
        let answered = racing.join().expect("the thread ends");
        let house = House::demo(dir.path());
        let client = house.signed_in("diego", "4444");
        let lines = client.view(json!({"check": {"check": check_id(&client)}}))["lines"].as_array().map_or(0, Vec::len);
        assert!(lines == acknowledged + 1 || (!answered && lines == acknowledged), "life {life}: {lines}");
        acknowledged = lines;
        house.end();
    }
}

fn check_id(client: &house::Client) -> String {
    client.view(json!("floor"))["cards"][0]["check"].as_str().expect("the check is open").to_owned()
}

#[test]
fn a_clean_stop_and_a_kill_start_into_the_same_evening() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::demo(dir.path());
    let mut client = house.signed_in("ana", "1111");
    for _ in 0..5 {
        let check = client.done(json!({"open_check": {"kind": "takeaway"}}));
        client.done(json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu"}]}}));
        client.done(json!({"take_payment": {"check": check, "tender": {"card": {}}, "amount": 650}}));
    }
    let open = client.done(json!({"open_check": {"kind": "dine_in", "table": "t7", "covers": 2}}));
    let see = |client: &house::Client| {
        let closed = client.view(json!({"closed_checks": {"from": "2020-01-01", "to": "2100-01-01"}}));
        let facts = client.view(json!({"check_facts": {"check": open}}));
        (client.view(json!("today")), closed, facts)
    };
    let before = see(&client);
    assert_eq!(before.1.as_array().map(Vec::len), Some(5));
    assert_eq!(before.0["book"]["sales"]["amount"], json!(3250));
    house.kill();
    for clean in [false, true, false] {
        let house = House::demo(dir.path());
        client.address = house.address;
        assert_eq!(see(&client), before);
        if clean {
            house.end();
            assert!(!dir.path().join("comanda.db-wal").exists(), "a clean stop leaves one file");
        } else {
            house.kill();
        }
    }
}
