//! Bugs planted on purpose, one at a time: what a tired programmer might write. Each must be found.

use sync::Planted;

use crate::evening::{Evening, Options, evening};

/// A planted bug must be found within so many services.
const SERVICES: u64 = 600;
/// The length of each, milliseconds.
const LASTS: u64 = 120_000;

/// One planted bug, in the protocol or in what the terminal around it owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    Node(Planted),
    Terminal(Lapse),
}

/// An enum that can list itself.
macro_rules! listed {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$says:meta])* $one:ident,)+ }) => {
        $(#[$about])*
        pub enum $name { $($(#[$says])* $one,)+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$one),+];
        }
    };
}

listed! {
    /// A duty of the terminal that it does not do.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Lapse {
        /// People are answered before the disk has their order.
        AnswersBeforeDisk,
        /// After a start it does not know which commands were done.
        ForgetsDone,
        /// Guest and receipt numbers begin anew at every start.
        NumbersStartOver,
        /// A guest number is one more than the last of the newest date, whatever date it is for.
        CountsOneDate,
        /// After its disk was lost it comes back with its old letter.
        KeepsTheLetter,
        /// After its disk was lost it comes back with its old name.
        KeepsTheName,
        /// The role is told and never written.
        RoleNotKept,
        /// A peer's entry is read and written anew.
        WritesAnew,
        /// An entry of an unknown kind is left out.
        DropsUnknown,
        /// What the wall clock calls old does not count any more.
        OrdersByWallClock,
        /// The wall clock says who is alive.
        LinksByWallClock,
        /// An entry does not say what its author had seen.
        SeesNothing,
        /// A peer's entries are folded before the disk has them.
        FoldsBeforeDisk,
        /// The node is not told that the disk refused.
        RefusalUnsaid,
        /// It goes on writing although others know more of its own log.
        WritesAfterAlarm,
        /// Restored from a backup, it writes before it met anybody.
        WritesBeforeMeeting,
        /// That a tap was sent to another terminal before is forgotten.
        AgainForgotten,
        /// A slip that was being sent when the program died is printed again as if it never had been.
        MarkForgotten,
        /// The author makes the tickets, and so does the master it says should.
        BothMakeTickets,
        /// Tickets taken over from a terminal that is gone do not say so.
        TakesUnmarked,
        /// Nobody takes the tickets of a terminal that is gone.
        NeverTakesOver,
        /// What waited while somebody was out of reach is printed as if nobody else could have.
        NeverInDoubt,
        /// Entries that lay somewhere before they came are taken for new.
        StaleIsFresh,
        /// A terminal that slept prints what waited as if it had been awake.
        WakesUnaware,
        /// Slips are kept in memory only.
        SlipsNotKept,
        /// What is on a check is put onto the other one when they are merged, and stays where it was.
        MergesByCopying,
        /// What somebody ordered who did not know that the check had been merged is on no bill.
        LosesWhatCameLate,
        /// What an old copy did stays on its disk when it comes back.
        TellsNothingAgain,
        /// Of what an old copy did, money is not told again.
        LosesTheCopysMoney,
        /// What an old copy did is told again with the numbers it gave.
        KeepsTheCopysNumbers,
        /// What an old copy sent to the kitchen is sent there again as if it never had been.
        TellsAsNew,
        /// What an old copy did is told again as if it had known all that was done meanwhile.
        TellsAsIfItKnew,
    }
}

impl Bug {
    pub fn all() -> Vec<Bug> {
        let node = Planted::ALL.iter().copied().map(Bug::Node);
        node.chain(Lapse::ALL.iter().copied().map(Bug::Terminal)).collect()
    }

    /// Its name on the command line: `ForgetsDone` is `forgets-done`.
    pub fn name(self) -> String {
        let name = match self {
            Bug::Node(bug) => format!("{bug:?}"),
            Bug::Terminal(lapse) => format!("{lapse:?}"),
        };
        let mut words = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !words.is_empty() {
                words.push('-');
            }
            words.push(letter.to_ascii_lowercase());
        }
        words
    }

    /// The services in which it is looked for.
    pub fn options(self) -> Options {
        Options { bug: Some(self), ..Options::of(LASTS) }
    }

    /// The first service in which a rule finds it.
    pub fn found(self) -> Option<Evening> {
        (0..SERVICES).map(|seed| evening(seed, &self.options())).find(|e| e.failure.is_some())
    }

    pub fn named(name: &str) -> Option<Bug> {
        Bug::all().into_iter().find(|b| b.name() == name)
    }
}
