//! The house keeps its walls: who may know whom, how long a room may be, and which words do not name anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Lines a file may have; longer ones need a reason below.
const MAX_FILE: usize = 600;
/// Lines a function may have.
const MAX_FUNCTION: usize = 70;
/// Longer, and why.
const LONG_FILES: &[(&str, &str)] = &[];
const LONG_FUNCTIONS: &[(&str, &str)] = &[
    ("crates/domain/src/rejection.rs: fmt", "one sentence for each rejection, side by side so that they sound alike"),
    ("ui/src/icons.rs: path", "one drawing for each icon, side by side so that they look alike"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// All Rust files of the project, by path from its root.
fn rust_files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut rooms: Vec<PathBuf> =
        ["crates", "src-tauri", "tests", "ui", "xtask"].iter().map(|d| root().join(d)).collect();
    while let Some(room) = rooms.pop() {
        for entry in fs::read_dir(&room).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() && name != "target" && name != "node_modules" && name != "gen" {
                rooms.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("a source file is text");
                let name = path.strip_prefix(root()).expect("inside the project").to_string_lossy().into_owned();
                files.push((name, text));
            }
        }
    }
    assert!(files.len() > 50, "the files were found");
    files
}

/// Name and length of each function; the code is formatted, so a function ends where its indentation does.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        let is_function = [
            "fn ",
            "pub fn ",
            "pub(crate) fn ",
            "pub(super) fn ",
            "async fn ",
            "pub async fn ",
            "const fn ",
            "pub const fn ",
        ]
        .iter()
        .any(|p| body.starts_with(p));
        if !is_function || body.ends_with(';') {
            continue;
        }
        let name = body.split("fn ").nth(1).unwrap_or("").split(['(', '<']).next().unwrap_or("");
        let close = format!("{}}}", " ".repeat(indent));
        let end = lines[start..]
            .iter()
            .position(|l| l.trim_end() == close || (l.ends_with('}') && l.len() > indent && *l == *line));
        found.push((name.to_owned(), end.map_or(1, |e| e + 1)));
    }
    found
}

#[test]
fn rooms_stay_small() {
    let mut long = Vec::new();
    for (path, text) in rust_files() {
        let lines = text.lines().count();
        if lines > MAX_FILE && !LONG_FILES.iter().any(|(p, _)| *p == path) {
            long.push(format!("{path}: {lines} lines"));
        }
        for (name, length) in functions(&text) {
            let place = format!("{path}: {name}");
            if length > MAX_FUNCTION && !LONG_FUNCTIONS.iter().any(|(p, _)| *p == place) {
                long.push(format!("{place}: {length} lines"));
            }
        }
    }
    assert!(long.is_empty(), "too long (split it, or add it with its reason):\n{}", long.join("\n"));
}

#[test]
fn the_measure_of_functions_measures() {
    let text = "impl A {\n    pub fn long(&self) {\n        a();\n\n        b();\n    }\n}\n\nfn short() {}\n";
    assert_eq!(functions(text), [("long".to_owned(), 5), ("short".to_owned(), 1)]);
}

#[test]
fn no_empty_names_and_nothing_left_behind() {
    let empty = ["Manager", "Helper", "Util", "Utils"];
    let left = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    let mut found = Vec::new();
    for (path, text) in rust_files() {
        for (i, line) in text.lines().enumerate() {
            let defines = ["struct ", "enum ", "trait ", "mod ", "type "]
                .iter()
                .any(|k| line.trim_start().trim_start_matches("pub ").starts_with(k));
            let name = line.split(['{', '(', '<', ';', '=']).next().unwrap_or("");
            // The manager is a person here: a role, and the pages made for it.
            let is_role = line.contains("Manager,") || path.starts_with("ui/src/pages/manager/");
            if defines && !is_role && empty.iter().any(|w| name.contains(w)) {
                found.push(format!("{path}:{}: {}", i + 1, line.trim()));
            }
            if left.iter().any(|w| line.contains(w)) && !path.ends_with("house.rs") {
                found.push(format!("{path}:{}: {}", i + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Normal dependencies of every package of the workspace on others of it, and on anything at all.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let normal = |p: &serde_json::Value| -> BTreeSet<String> {
        let all = p["dependencies"].as_array().expect("dependencies").iter();
        all.filter(|d| d["kind"].is_null()).filter_map(|d| d["name"].as_str().map(str::to_owned)).collect()
    };
    packages.iter().map(|p| (p["name"].as_str().unwrap_or("").to_owned(), normal(p))).collect()
}

#[test]
fn the_walls_stand() {
    let all = dependencies();
    let own = ["domain", "store", "printing", "sync", "terminal", "ui", "texts", "comanda", "xtask", "simulation"];
    let knows = |package: &str| -> Vec<&str> {
        let deps = all.get(package).unwrap_or_else(|| panic!("{package} is in the workspace"));
        own.into_iter().filter(|o| deps.contains(*o)).collect()
    };
    assert_eq!(knows("domain"), [""; 0]);
    assert_eq!(knows("store"), ["domain"]);
    assert_eq!(knows("printing"), ["domain"]);
    assert_eq!(knows("sync"), ["domain"]);
    assert_eq!(knows("ui"), ["domain", "texts"]);
    assert_eq!(knows("texts"), [""; 0]);
    assert_eq!(knows("terminal"), ["domain", "store", "printing", "sync"]);
    assert_eq!(knows("comanda"), ["terminal"]);
    assert_eq!(knows("xtask"), [""; 0]);
    assert_eq!(knows("simulation"), ["domain", "sync"], "no disk, no socket and no clock that is real");
    let pure: BTreeSet<String> = ["blake3", "serde", "serde_json", "smol_str", "thiserror"].map(String::from).into();
    assert_eq!(all["domain"], pure, "domain stays pure: no clock, no I/O, no randomness");
}

/// Rust's tables of letters are a twenty-fifth of what a telephone would load (docs/ARCHITECTURE.md, "The bundle").
#[test]
fn pages_of_service_leave_letters_to_the_browser() {
    let office = ["manager/", "setup/", "tray/"].map(|room| format!("ui/src/pages/{room}"));
    let asks =
        [".to_lowercase(", ".to_uppercase(", "::to_lowercase", "::to_uppercase", "is_alphabetic", "is_alphanumeric"];
    let found: Vec<String> = rust_files()
        .into_iter()
        .filter(|(p, _)| {
            p.starts_with("ui/src/") && *p != "ui/src/browser.rs" && !office.iter().any(|o| p.starts_with(o))
        })
        .filter(|(_, text)| asks.iter().any(|ask| text.contains(ask)))
        .map(|(path, _)| path)
        .collect();
    assert!(found.is_empty(), "use browser::lower or browser::upper in {found:?}");
}

#[test]
fn the_domain_has_no_clock_no_random_no_float() {
    let mut found = Vec::new();
    for (path, text) in
        rust_files().iter().filter(|(p, _)| p.starts_with("crates/domain/src") && !p.ends_with("tests.rs"))
    {
        for (i, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for word in [
                "SystemTime",
                "Instant",
                "std::fs",
                "std::net",
                "std::env",
                "thread::",
                "HashMap",
                "HashSet",
                "f32",
                "f64",
            ] {
                if code.contains(word) {
                    found.push(format!("{path}:{}: {word}", i + 1));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_protocol_between_terminals_has_no_clock_and_no_sockets() {
    let pure = ["node", "peer", "mastery", "role", "wire", "table", "code", "pairing"];
    let mut found = Vec::new();
    for (path, text) in rust_files() {
        let room = path.strip_prefix("crates/sync/src/").and_then(|name| name.strip_suffix(".rs"));
        if !room.is_some_and(|room| pure.contains(&room)) {
            continue;
        }
        for (i, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for word in ["SystemTime", "Instant", "std::fs", "std::env", "thread::", "tokio", "TcpStream"] {
                if code.contains(word) {
                    found.push(format!("{path}:{}: {word}", i + 1));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
