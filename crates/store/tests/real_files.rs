//! The store on real SQLite files: what is committed is there, what is not is not, and what was changed shows.

use domain::{
    clock::{BusinessDay, Date},
    event::{Entry, Event, TicketOf},
    ids::{CheckId, CommandId, Dot, Origin, PrinterId, ReceiptNumber, Session},
    money::Money,
    paper::{Row, Slip, SlipKind as PaperKind, Style},
    query::Bar,
    view::{ClosedCheck, SlipKind, SlipState},
};
use store::{
    Bytes, ClosedRow, Membership, Neighbour, NewSlip, OpenError, Options, Search, Snapshot, Store, StoreError,
};

fn options(dir: &std::path::Path) -> Options {
    Options { dir: dir.to_owned(), max_bytes: None, new_origin: Origin(42) }
}

fn open(dir: &std::path::Path) -> Store {
    Store::open(&options(dir)).expect("the store opens")
}

fn id(n: u32) -> CommandId {
    CommandId { session: Session(7), n }
}

fn entry(store: &Store, n: u32, name: &str) -> Entry {
    let head = store.mine();
    Entry {
        dot: Dot { origin: head.origin, seq: head.seq + 1 },
        cmd: id(n),
        at: 1_795_260_000_000 + i64::from(n),
        off: 60,
        day: BusinessDay { date: Date(20_778), part: 1 },
        by: None,
        device: None,
        seen: Vec::new(),
        paper: None,
        again: false,
        events: vec![Event::CheckNamed { check: id(1), name: name.into() }],
    }
}

fn append(store: &mut Store, n: u32) -> Entry {
    let entry = entry(store, n, &format!("Ray {n}"));
    let mut batch = store.batch();
    batch.append(&entry).expect("it is appended");
    batch.commit().expect("it is committed");
    entry
}

fn log(store: &Store) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    store.readers().entries_after(store.mine(), 0, |_, reading| {
        entries.push(reading.entry);
        Ok::<(), StoreError>(())
    })?;
    Ok(entries)
}

#[test]
fn committed_entries_come_back_in_order_and_dropped_ones_never_were() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = open(dir.path());
    let mut written: Vec<Entry> = (1..=20).map(|n| append(&mut store, n)).collect();
    let head = store.mine().clone();
    {
        let lost = entry(&store, 99, "nobody");
        let mut batch = store.batch();
        batch.append(&lost).expect("it is appended");
        assert_eq!(batch.entry_of(id(99)).expect("it can be read"), Some(lost), "the batch itself sees it");
    }
    assert_eq!(*store.mine(), head, "a dropped batch gives its number back");
    assert_eq!(store.batch().entry_of(id(99)), Ok(None));
    written.push(append(&mut store, 21));
    drop(store);
    let store = open(dir.path());
    assert_eq!(log(&store).expect("the log is whole"), written);
    assert_eq!(store.mine().seq, 21);
}

#[test]
fn every_command_is_known_again_however_many_followed_and_wherever_the_power_went() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = open(dir.path());
    let mut written = Vec::new();
    for n in 1..=600u32 {
        // Given up again and again, also in the moment when memory's share is written down.
        let lost = entry(&store, 1_000 + n, "nobody");
        let mut batch = store.batch();
        batch.append(&lost).expect("it is appended");
        drop(batch);
        written.push(append(&mut store, n));
        if n % 97 == 0 {
            drop(store);
            store = open(dir.path());
        }
        if [1, 255, 256, 257, 511, 512, 513, 600].contains(&n) {
            for (i, first) in written.iter().enumerate() {
                let known = store.batch().entry_of(id(i as u32 + 1)).expect("it can be read");
                assert_eq!(known.as_ref(), Some(first), "command {} after {n}", i + 1);
                let again = entry(&store, i as u32 + 1, "again");
                assert!(store.batch().append(&again).is_err(), "command {} was done twice", i + 1);
            }
            assert_eq!(store.batch().entry_of(id(1_000 + n)), Ok(None), "what was given up is not known");
        }
    }
}

#[test]
fn a_command_is_stored_once_and_out_of_turn_never() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = open(dir.path());
    append(&mut store, 1);
    let again = entry(&store, 1, "again");
    let mut skipping = entry(&store, 2, "skipping");
    skipping.dot.seq += 1;
    let mut stranger = entry(&store, 3, "stranger");
    stranger.dot.origin = Origin(4_711);
    for wrong in [again, skipping, stranger] {
        let mut batch = store.batch();
        assert!(matches!(batch.append(&wrong), Err(StoreError::Failed(_))));
    }
    assert_eq!(log(&store).expect("the log is whole").len(), 1);
}

#[test]
fn an_edited_or_removed_entry_breaks_the_chain() {
    for damage in ["UPDATE entry SET body = replace(body, 'Ray 3', 'Roy 3')", "DELETE FROM entry WHERE at & 1023 = 3"] {
        let dir = tempfile::tempdir().expect("a folder");
        let mut store = open(dir.path());
        (1..=5).for_each(|n| drop(append(&mut store, n)));
        drop(store);
        let db = rusqlite::Connection::open(dir.path().join("comanda.db")).expect("it opens");
        let damage =
            damage.replace("replace(body", "CAST(replace(CAST(body AS TEXT)").replace("'Roy 3')", "'Roy 3') AS BLOB)");
        assert_eq!(db.execute(&damage, []).map(|n| n >= 1), Ok(true));
        drop(db);
        let found = log(&open(dir.path()));
        assert!(matches!(&found, Err(StoreError::Corrupt(what)) if what.contains("entry 3")), "{damage}: {found:?}");
    }
}

#[test]
fn a_store_of_the_first_version_is_brought_up_to_date_with_all_it_holds() {
    let (old_dir, dir) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let mut store = open(dir.path());
    let mut written: Vec<Entry> = (1..=100).map(|n| append(&mut store, n)).collect();
    let mut batch = store.batch();
    batch.put_closed(&closed(1, 12, "Ray", "steak", 19)).expect("it is kept");
    batch.put_closed(&closed(2, 10, "Kim", "steak", 20)).expect("it is kept");
    batch.commit().expect("it is committed");
    drop(store);
    let old = rusqlite::Connection::open(old_dir.path().join("comanda.db")).expect("it opens");
    old.execute_batch(include_str!("../../../migrations/terminal/0001_first_store.sql")).expect("the first version");
    old.execute("ATTACH ?1 AS new", [dir.path().join("comanda.db").to_str()]).expect("it is attached");
    old.execute_batch(
        "INSERT INTO origin SELECT no, id, letter, mine FROM new.origin;
         INSERT INTO entry SELECT at, cmd, hash, body FROM new.entry;
         INSERT INTO closed_check
             SELECT chk, date, closed, hour, staff, categories, items, find, row, places FROM new.closed_check;
         PRAGMA user_version = 1;",
    )
    .expect("it is copied");
    drop(old);
    let mut store = open(old_dir.path());
    written.push(append(&mut store, 101));
    assert_eq!(log(&store).expect("the log is whole"), written);
    for (i, first) in written.iter().enumerate() {
        assert_eq!(store.batch().entry_of(id(i as u32 + 1)).expect("it can be read").as_ref(), Some(first));
    }
    let search = Search { from: Date(1), to: Date(20), text: String::new(), behind: None, limit: 50 };
    let found = store.readers().closed_checks(&search).expect("it can be read");
    assert_eq!(found.iter().map(|c| c.check).collect::<Vec<_>>(), [id(1), id(2)]);
    assert_eq!(store.readers().places_of(id(2)), Ok(Some(vec![2])));
    drop(store);
    let listed: i64 = rusqlite::Connection::open(old_dir.path().join("comanda.db"))
        .and_then(|db| db.query_row("SELECT listed FROM origin", [], |r| r.get(0)))
        .expect("it can be read");
    assert_eq!(listed, 100, "nothing is listed twice");
}

#[test]
fn one_folder_one_store() {
    let dir = tempfile::tempdir().expect("a folder");
    let store = open(dir.path());
    assert!(matches!(Store::open(&options(dir.path())), Err(OpenError::InUse(_))));
    drop(store);
    open(dir.path());
}

#[test]
fn a_newer_database_and_no_database_are_told_apart() {
    let dir = tempfile::tempdir().expect("a folder");
    drop(open(dir.path()));
    let db = rusqlite::Connection::open(dir.path().join("comanda.db")).expect("it opens");
    db.pragma_update(None, "user_version", 99).expect("it can be set");
    drop(db);
    assert!(matches!(Store::open(&options(dir.path())), Err(OpenError::Newer { found: 99, .. })));
    let other = tempfile::tempdir().expect("a folder");
    std::fs::write(other.path().join("comanda.db"), [b'x'; 8192]).expect("written");
    assert!(matches!(Store::open(&options(other.path())), Err(OpenError::Corrupt { .. })));
    let file = tempfile::NamedTempFile::new().expect("a file");
    assert!(matches!(Store::open(&options(file.path())), Err(OpenError::Folder { .. })));
}

#[test]
fn a_full_store_says_so_and_takes_nothing_half() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(&Options { max_bytes: Some(256 << 10), ..options(dir.path()) }).expect("it opens");
    let mut n = 0;
    let error = loop {
        n += 1;
        let big = entry(&store, n, &"x".repeat(1_500));
        let mut batch = store.batch();
        if let Err(e) = batch.append(&big).and_then(|_| batch.commit()) {
            break e;
        }
    };
    assert_eq!(error, StoreError::Full);
    assert_eq!(store.mine().seq, u64::from(n) - 1);
    assert_eq!(log(&store).expect("the log is whole").len(), n as usize - 1);
}

#[test]
fn a_snapshot_that_was_touched_is_not_believed() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = open(dir.path());
    let snapshot = Snapshot { fold: 1, upto: vec![Dot { origin: Origin(42), seq: 3 }], body: b"{\"a\":1}".to_vec() };
    let mut batch = store.batch();
    batch.put_snapshot(&snapshot).and_then(|()| batch.commit()).expect("it is kept");
    assert_eq!(store.readers().snapshot(), Ok(Some(snapshot)));
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("comanda.db")).expect("it opens");
    db.execute("UPDATE snapshot SET body = CAST('{\"a\":2}' AS BLOB)", []).expect("it can be changed");
    drop(db);
    assert_eq!(open(dir.path()).readers().snapshot(), Ok(None));
}

fn closed(n: u32, date: i32, words: &str, item: &str, hour: u8) -> ClosedRow {
    let check: CheckId = id(n);
    ClosedRow {
        shown: ClosedCheck {
            inside: None,
            check,
            number: domain::ids::GuestNumber { letter: 'A', n },
            receipt: Some(ReceiptNumber { letter: 'A', n: u64::from(n) }),
            day: BusinessDay { date: Date(date), part: 1 },
            table: None,
            name: words.into(),
            covers: 2,
            waiter: "carla".into(),
            opened: 0,
            closed: i64::from(n),
            total: Money(100),
            tips: Money(0),
            refunded: Money(0),
            tenders: Vec::new(),
            summary: words.into(),
            cancelled: false,
        },
        hour,
        categories: vec!["mains".into()],
        items: vec![item.into(), "bread".into()],
        find: format!("A{n} {words}"),
        places: vec![i64::from(n)],
    }
}

#[test]
fn closed_checks_are_found_by_date_words_and_bar() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = open(dir.path());
    let mut batch = store.batch();
    for row in [
        closed(1, 10, "Crème brûlée", "dessert", 19),
        closed(2, 10, "50% off", "steak", 20),
        closed(3, 12, "Ray", "steak-xl", 19),
    ] {
        batch.put_closed(&row).expect("it is kept");
    }
    batch.add_place(id(3), 77).expect("it is kept");
    batch.commit().expect("it is committed");
    let find = |text: &str, behind: Option<Bar>| -> Vec<u32> {
        let search = Search { from: Date(10), to: Date(12), text: text.into(), behind, limit: 50 };
        store.readers().closed_checks(&search).expect("it can be read").iter().map(|c| c.check.n).collect()
    };
    let cases: [(&str, Option<Bar>, &[u32]); 9] = [
        ("", None, &[3, 2, 1]),
        ("CRÈME", None, &[1]),
        ("50%", None, &[2]),
        ("%", None, &[2]),
        ("nobody", None, &[]),
        ("", Some(Bar::Item("steak".into())), &[2]),
        ("", Some(Bar::Category("mains".into())), &[3, 2, 1]),
        ("", Some(Bar::Hour(19)), &[3, 1]),
        ("a3", Some(Bar::Staff("carla".into())), &[3]),
    ];
    for (text, behind, expected) in cases {
        assert_eq!(find(text, behind.clone()), expected, "{text:?} {behind:?}");
    }
    assert_eq!(store.readers().places_of(id(3)), Ok(Some(vec![3, 77])));
    assert_eq!(store.readers().places_of(id(9)), Ok(None));
}

#[test]
fn job_numbers_are_never_used_twice_and_the_outbox_remembers() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = open(dir.path());
    let slip = |title: &str| NewSlip {
        printer: PrinterId::from("grill"),
        backup: Some("bar".into()),
        kind: SlipKind::Ticket,
        check: Some(id(1)),
        title: title.into(),
        of: Some(TicketOf { entry: id(7), station: "grill".into() }),
        marked: false,
        slip: Slip::new(PaperKind::Kitchen, vec![Row::Text { text: title.into(), style: Style::plain() }]),
        queued: 5,
    };
    let queue = |store: &mut Store, title: &str| {
        let mut batch = store.batch();
        let job = batch.queue_slip(&slip(title)).expect("it is queued");
        batch.commit().map(|()| job).expect("it is committed")
    };
    assert_eq!((queue(&mut store, "one"), queue(&mut store, "two")), (1, 2));
    {
        let mut batch = store.batch();
        assert_eq!(batch.queue_slip(&slip("never")), Ok(3));
    }
    let mut sending = store.readers().slip(2).expect("it can be read").expect("it is there");
    sending.view.state = SlipState::Sending;
    sending.marked = true;
    let mut done = store.readers().slip(1).expect("it can be read").expect("it is there");
    done.view.state = SlipState::Printed;
    let mut batch = store.batch();
    batch.update_slip(&sending).and_then(|()| batch.update_slip(&done)).expect("they are changed");
    batch.forget_old_slips(1).and_then(|()| batch.commit()).expect("it is committed");
    drop(store);
    let mut store = open(dir.path());
    assert_eq!(store.readers().waiting_slips(), Ok(vec![sending]));
    assert_eq!(store.readers().slip(1), Ok(None), "printed long ago and forgotten");
    assert_eq!(store.readers().slip_paper(2).expect("it can be read").map(|s| s.rows.len()), Some(1));
    assert_eq!(queue(&mut store, "three"), 3);
}

#[test]
fn the_logs_of_other_terminals_lie_beside_the_own_one_byte_for_byte() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = open(dir.path());
    let other = |seq| Dot { origin: Origin(77), seq };
    // A newer program may write what this one cannot read; the bytes stay as they are.
    let bodies: [&[u8]; 3] = [b"{\"one\": 1}", b"two", br#"{"three":  3}"#];
    append(&mut store, 1);
    let mut batch = store.batch();
    for (i, body) in bodies.iter().enumerate() {
        // The second is a command that was done here already: somebody sent it to two terminals.
        let cmd = if i == 1 { id(1) } else { id(50 + i as u32) };
        let seal = [i as u8; 64];
        let bytes = Bytes { body, link: None, seal: (i != 1).then_some(&seal) };
        batch.ingest(other(i as u64 + 1), cmd, bytes).expect("it follows");
    }
    let bytes = Bytes { body: b"{}", link: None, seal: None };
    assert!(batch.ingest(other(5), id(60), bytes).is_err(), "a gap is refused");
    let elsewhere = [[1; 32], [2; 32]];
    let refused = batch.ingest(other(4), id(60), Bytes { link: Some(&elsewhere), ..bytes });
    assert!(refused.is_err(), "a hash that was worked out for another chain is refused");
    batch.forget_seal(other(1), 4_096).expect("a later one is there");
    batch.commit().expect("it is committed");
    append(&mut store, 2);
    let seals = store.readers().seals(Origin(77), 1, 9).expect("they can be read");
    assert_eq!(seals, [(3, [2; 64])], "the seal that is left");
    let hash = |seq| store.readers().hash_at(Origin(77), seq).expect("it can be read");
    assert_eq!(hash(0), Some(domain::chain::START));
    assert_eq!(hash(1).map(|h| domain::chain::chained(&h, bodies[1])), hash(2));
    assert_eq!(hash(4), None);

    for _ in 0..2 {
        let ours = store.batch().entry_of(id(1)).expect("it is read").expect("it was done");
        assert_eq!(ours.dot, Dot { origin: store.mine().origin, seq: 1 }, "what was done here answers for it");
        assert_eq!(store.heads().iter().map(|h| h.seq).collect::<Vec<_>>(), [2, 3]);
        let readers = store.readers();
        assert_eq!(
            readers.bodies(Origin(77), 2, usize::MAX),
            Ok(bodies[1..].iter().map(|b| b.to_vec().into()).collect())
        );
        assert_eq!(readers.bodies(Origin(77), 1, 1).map(|b| b.len()), Ok(1), "at least one, then no more than fit");
        assert_eq!(readers.bodies(Origin(78), 1, 100), Ok(Vec::new()));
        let mut read = Vec::new();
        readers
            .entries_after(&store.heads()[1], 0, |_, reading| {
                read.push((reading.entry.dot, reading.not_understood));
                Ok::<(), StoreError>(())
            })
            .expect("the chain holds");
        assert_eq!(read, [(other(1), 1), (other(2), 1), (other(3), 1)]);
        drop((readers, store));
        store = open(dir.path());
    }
}

#[test]
fn what_a_terminal_is_to_the_others_outlives_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = open(dir.path());
    assert_eq!(store.readers().membership(), Ok(None));
    let sponsor = Some((Origin(3), "0a1b".to_owned()));
    let member = Membership { store: Origin(1), epoch: 4, master: Origin(2), pinned: true, sponsor };
    let at = |address: &str, origin, typed| Neighbour { address: address.into(), origin, typed };
    let mut batch = store.batch();
    batch.put_membership(&member).expect("it is written");
    for neighbour in [
        at("10.0.0.5:7710", Some(Origin(5)), false),
        at("10.0.0.6:7710", None, true),
        // The fifth moved, and the typed address turned out to be the sixth.
        at("10.0.0.9:7710", Some(Origin(5)), false),
        at("10.0.0.6:7710", Some(Origin(6)), false),
    ] {
        batch.put_neighbour(&neighbour).expect("it is written");
    }
    batch.commit().expect("it is committed");
    drop(store);
    let store = open(dir.path());
    assert_eq!(store.readers().membership(), Ok(Some(member)));
    let known = [at("10.0.0.6:7710", Some(Origin(6)), true), at("10.0.0.9:7710", Some(Origin(5)), false)];
    assert_eq!(store.readers().neighbours(), Ok(known.to_vec()));
}
