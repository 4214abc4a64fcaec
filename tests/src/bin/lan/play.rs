//! The restaurant to play with: addresses for a browser, and commands that pull cables.

use std::{
    io::BufRead,
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use printing::emulator::Build;
use restaurant_tests::{
    house::{Person, folder},
    lab::Lab,
};

const COMMANDS: &str = "
  let 123 456         lets in the browser that shows this code
  pull 2 / plug 2     the cable of terminal 2
  kill 1 / start 1    SIGKILL for terminal 1, and start it again on its data
  split 1,2 / heal    terminals 1 and 2 on a switch of their own, and all on one again
  deaf 1 2 / mend 1 2 terminal 2 gets nothing that terminal 1 sends it, and all of it again
  status              what each terminal says
  quit";
const NUMBERS: &str = "which terminal? such as `pull 2`";
const CODE: &str = "which code does the browser show? such as `let 123 456`";
const POLL: Duration = Duration::from_millis(200);

/// Something a person wants.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    /// The code a new browser shows.
    LetIn(String),
    Pull(usize),
    Plug(usize),
    Kill(usize),
    Start(usize),
    Split(Vec<usize>),
    Heal,
    Deaf(usize, usize),
    Mend(usize, usize),
    Status,
    Quit,
}

fn wish(line: &str) -> Result<Wish> {
    let mut words = line.split_whitespace();
    let word = words.next().unwrap_or_default();
    if word == "let" {
        let code: String = words.collect();
        return if code.is_empty() { bail!(CODE) } else { Ok(Wish::LetIn(code)) };
    }
    let numbers = || {
        let parts = words.flat_map(|w| w.split(',')).filter(|n| !n.is_empty());
        parts.map(|n| n.parse::<usize>().context(NUMBERS)).collect::<Result<Vec<_>>>()
    };
    Ok(match (word, &numbers()?[..]) {
        ("pull", [n]) => Wish::Pull(*n),
        ("plug", [n]) => Wish::Plug(*n),
        ("kill", [n]) => Wish::Kill(*n),
        ("start", [n]) => Wish::Start(*n),
        ("split", some @ [_, ..]) => Wish::Split(some.to_vec()),
        ("heal", []) => Wish::Heal,
        ("deaf", [from, to]) => Wish::Deaf(*from, *to),
        ("mend", [from, to]) => Wish::Mend(*from, *to),
        ("status" | "", []) => Wish::Status,
        ("quit" | "exit", []) => Wish::Quit,
        ("pull" | "plug" | "kill" | "start" | "split" | "deaf" | "mend", _) => bail!(NUMBERS),
        _ => bail!("not understood:\n{COMMANDS}"),
    })
}

/// Opens the restaurant and does as told until the person has enough, in whatever way they say so.
pub fn stay(terminals: usize) -> Result<()> {
    let (tell, told) = channel();
    // Before there is anything to clean up.
    let interrupt = tell.clone();
    ctrlc::set_handler(move || drop(interrupt.send(None))).context("listening for Ctrl-C")?;
    let folder = folder()?;
    let paper = folder.path().join("paper");
    std::fs::create_dir_all(&paper)?;
    let mut lab = Lab::open(terminals, folder.path(), Build { out: Some(paper.clone()), ..Build::default() })?;
    lab.join_all()?;
    let mut people = lab.machines.iter().map(|m| m.sign_in("ana")).collect::<Result<Vec<_>>>()?;
    println!("\nOne restaurant, {terminals} terminals. The owner ana signs in with 1111.");
    for machine in &lab.machines {
        println!("  {}. {}  {}/  (on the LAN {})", machine.number, machine.name, machine.url, machine.address);
    }
    println!("Paper: {}\n{COMMANDS}", paper.display());
    listen(tell)?;
    serve(&mut lab, &mut people, &told);
    println!("closing");
    Ok(())
}

/// Lines a person types, on a thread of their own, because Ctrl-C must be heard meanwhile.
fn listen(tell: Sender<Option<String>>) -> Result<()> {
    thread::Builder::new().name("keyboard".into()).spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        for line in lines.map(Some).chain([None]) {
            if tell.send(line).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

fn serve(lab: &mut Lab, people: &mut [Person], told: &Receiver<Option<String>>) {
    while let Ok(Some(line)) = told.recv() {
        let done = match wish(&line) {
            Ok(Wish::Quit) => return,
            Ok(Wish::Status) => {
                status(lab, people);
                continue;
            }
            Ok(wish) => carry_out(lab, wish),
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => println!("done"),
            Err(error) => println!("{error:#}"),
        }
        thread::sleep(POLL);
    }
}

fn carry_out(lab: &mut Lab, wish: Wish) -> Result<()> {
    match wish {
        Wish::LetIn(code) => let_in(lab, &code),
        Wish::Pull(n) => lab.network.pull(n),
        Wish::Plug(n) => lab.network.plug(n),
        Wish::Kill(n) => lab.machine(n).map(|m| m.kill()),
        Wish::Start(n) => lab.machine(n)?.start(),
        Wish::Split(some) => lab.network.split(&some),
        Wish::Heal => lab.network.heal(),
        Wish::Deaf(from, to) => lab.network.deafen(from, to),
        Wish::Mend(from, to) => lab.network.undeafen(from, to),
        Wish::Status | Wish::Quit => Ok(()),
    }
}

/// Any terminal will do that knows the one where the browser knocked.
fn let_in(lab: &Lab, code: &str) -> Result<()> {
    let mut running = lab.machines.iter().filter(|m| m.is_running());
    if running.any(|m| m.let_device_in(code, "Browser").is_ok()) { Ok(()) } else { bail!("nobody shows that code") }
}

fn status(lab: &Lab, people: &mut [Person]) {
    let mut letters = std::collections::BTreeMap::new();
    let told: Vec<_> = people
        .iter_mut()
        .zip(&lab.machines)
        .map(|(person, machine)| {
            let told = machine.is_running().then(|| Ok::<_, anyhow::Error>((person.standing()?, person.digest()?)));
            if let Some(Ok((standing, _))) = &told {
                letters.insert(standing.me, standing.letter);
            }
            (machine, told)
        })
        .collect();
    for (machine, told) in told {
        match told {
            None => println!("  {}. is off", machine.number),
            Some(Err(error)) => println!("  {}. does not answer: {error:#}", machine.number),
            Some(Ok((standing, digest))) => {
                let linked: String = standing.linked.iter().collect();
                println!(
                    "  {}. {}  master {}{} (epoch {})  linked with {}  behind {}  digest {}",
                    machine.number,
                    standing.letter,
                    letters.get(&standing.master).map_or("another".into(), char::to_string),
                    if standing.hears_master { "" } else { ", not heard" },
                    standing.epoch,
                    if linked.is_empty() { "nobody" } else { &linked },
                    standing.behind,
                    &digest[..8.min(digest.len())]
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_understood() {
        assert_eq!(wish("pull 2").unwrap(), Wish::Pull(2));
        assert_eq!(wish("split 1,2, 3").unwrap(), Wish::Split(vec![1, 2, 3]));
        assert_eq!(wish("deaf 1 2").unwrap(), Wish::Deaf(1, 2));
        assert_eq!(wish("let 012 345").unwrap(), Wish::LetIn("012345".into()));
        assert_eq!(wish("").unwrap(), Wish::Status);
        assert!(["let", "pull", "pull two", "dance", "heal 2"].iter().all(|line| wish(line).is_err()));
    }
}
