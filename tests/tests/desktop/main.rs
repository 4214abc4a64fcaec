//! The desktop program as a person meets it: the real window, looked at and tapped through WebKit's driver.
//!
//! It needs the built window and a few system programs, so `cargo xtask test` starts it; plain `cargo test` does not.
#![cfg(target_os = "linux")]

mod paper;
mod screen;
mod window;

use std::path::PathBuf;

use anyhow::{Context, Result};

use paper::Printer;
use screen::{Screen, free_address};
use window::Window;

/// The folder of the built programs, named by `cargo xtask test`.
fn program(name: &str) -> Result<PathBuf> {
    let folder = std::env::var_os("COMANDA_PROGRAMS").context("run this with `cargo xtask test desktop`")?;
    Ok(PathBuf::from(folder).join(name))
}

/// A data folder of its own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("comanda-desktop-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn data(&self) -> String {
        self.0.join("data").to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind in the system's folder for such things harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn open(screen: &Screen, words: &[&str]) -> Result<Window> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    Window::open(screen.driver(), &program("comanda")?, &words)
}

#[test]
#[ignore = "needs the built window: cargo xtask test desktop"]
fn the_window_opens_on_the_pages() -> Result<()> {
    let (screen, folder) = (Screen::start()?, Folder::new("demo")?);
    let window = open(&screen, &["--demo", "--data", &folder.data()])?;
    window.see("body", "Who is it?")?;
    window.see("body", "Giulia")?;
    screen.shot("desktop-open")?;
    assert_eq!(window.title()?, "Comanda");
    Ok(())
}

#[test]
#[ignore = "needs the built window: cargo xtask test desktop"]
fn the_window_speaks_with_its_terminal() -> Result<()> {
    let (screen, folder) = (Screen::start()?, Folder::new("bridge")?);
    let window = open(&screen, &["--demo", "--data", &folder.data()])?;
    window.see("body", "")?;
    let door = window.ask_terminal("query", "\"door\"", None)?;
    assert!(door.to_string().contains("staff"), "the door names who may sign in: {door}");
    let stranger = window.ask_terminal("dispatch", r#"{"id":"1-1","command":"sign_out"}"#, None)?;
    assert!(stranger["refused"].is_object(), "who is not signed in is refused: {stranger}");
    // A window of another terminal on this machine must not take over who is signed in here.
    let kept = folder.0.join("data/window");
    assert!(std::fs::read_dir(&kept)?.count() > 0, "what the pages keep lies with their terminal");
    let rights = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&kept)?.permissions());
    assert_eq!(rights & 0o077, 0, "and nobody else who uses this machine may read it");
    Ok(())
}

#[test]
#[ignore = "needs the built window: cargo xtask test desktop"]
fn an_order_taken_and_fired_in_the_window_comes_out_of_the_printer() -> Result<()> {
    let (screen, folder) = (Screen::start()?, Folder::new("order")?);
    let printer = Printer::start(&program("comanda-printer")?, &folder.0)?;
    let window = open(&screen, &["--demo", "--data", &folder.data(), "--printer", &printer.address()])?;
    for control in ["person-carla", "pad-3", "pad-3", "pad-3", "pad-3", "pin-enter"] {
        window.tap(control)?;
    }
    window.says("table-7", "7")?;
    screen.shot("desktop-floor")?;
    for control in ["table-7", "cat-starters", "item-bruschetta", "option-no-garlic", "item-olives", "item-olives"] {
        window.tap(control)?;
    }
    window.says("line-bruschetta", "No garlic")?;
    window.says("total", "15.30")?;
    window.says("primary", "Fire 3")?;
    screen.shot("desktop-order")?;
    window.tap("primary")?;
    let ticket = printer.slip(&["Tomato bruschetta"])?;
    for words in ["COLD KITCHEN", "No garlic", "2 Marinated olives", "Carla"] {
        assert!(ticket.contains(words), "`{words}` is not on the ticket:\n{ticket}");
    }
    window.says("check", "kitchen")?;
    window.says("primary", "15.30")?;
    screen.shot("desktop-fired")?;
    Ok(())
}

#[test]
#[ignore = "needs the built window: cargo xtask test desktop"]
fn what_does_not_work_is_said_on_every_page_of_the_window() -> Result<()> {
    let (screen, folder) = (Screen::start()?, Folder::new("works")?);
    let nowhere = free_address()?.to_string();
    let window = open(&screen, &["--demo", "--data", &folder.data(), "--printer", &nowhere])?;
    for control in
        ["person-ana", "pad-1", "pad-1", "pad-1", "pad-1", "pin-enter", "table-7", "item-espresso", "primary"]
    {
        window.tap(control)?;
    }
    window.says("status", "print")?;
    // The manager's pages are another program, which hears of nothing that was said before it was there.
    window.tap("nav-manager")?;
    window.see("body", "Sales")?;
    window.says("status", "print")?;
    screen.shot("desktop-degraded")?;
    Ok(())
}

#[test]
#[ignore = "needs the built window: cargo xtask test desktop"]
fn what_the_manager_saves_in_the_window_is_among_the_downloads() -> Result<()> {
    let folder = Folder::new("saved")?;
    std::fs::create_dir_all(folder.0.join(".config"))?;
    let saved = folder.0.join("Saved");
    let told = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", saved.display());
    std::fs::write(folder.0.join(".config/user-dirs.dirs"), told)?;
    let screen = Screen::start_for(Some(&folder.0))?;
    let window = open(&screen, &["--demo", "--data", &folder.data()])?;
    for control in ["person-ana", "pad-1", "pad-1", "pad-1", "pad-1", "pin-enter", "nav-manager", "go-menu"] {
        window.tap(control)?;
    }
    window.tap("tab-file")?;
    for _ in 0..2 {
        window.tap("export-csv")?;
        window.see("body", "in your downloads")?;
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    screen.shot("desktop-saved")?;
    for name in ["menu.csv", "menu (1).csv"] {
        let text = window.file(&saved.join(name))?;
        assert!(text.contains("bruschetta"), "{name} holds {text}");
    }
    Ok(())
}

#[test]
#[ignore = "needs the built window: cargo xtask test desktop"]
fn a_second_window_on_the_same_data_says_why_it_cannot_open() -> Result<()> {
    let (screen, folder) = (Screen::start()?, Folder::new("twice")?);
    let _first = open(&screen, &["--data", &folder.data(), "--alone"])?;
    let other = Screen::start()?;
    let second = open(&other, &["--data", &folder.data(), "--alone"])?;
    second.see("p", "in use by another Comanda")?;
    other.shot("desktop-trouble")?;
    Ok(())
}
