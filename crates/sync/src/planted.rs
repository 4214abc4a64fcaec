//! Bugs planted on purpose, so that the simulation proves that it would find them. Without the feature `planted` no node
//! can have any, and the compiler removes every question about them.

/// The bugs, and all of them in a list.
macro_rules! bugs {
    ($($(#[$said:meta])+ $bug:ident,)+) => {
        /// One planted bug: a line somebody could have written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Planted {
            $($(#[$said])+ $bug,)+
        }

        impl Planted {
            #[cfg(feature = "planted")]
            pub const ALL: &[Planted] = &[$(Planted::$bug),+];
        }
    };
}

bugs! {
    /// Entries count as held when they are handed to the disk.
    HoldsBeforeDisk,
    /// What was pushed and never acknowledged is not pushed again.
    NeverAgain,
    /// Whatever a peer acknowledges, it has taken in what it was sent before.
    AnyWordIsProgress,
    /// Entries that do not follow what is here are taken.
    TakesGaps,
    /// Entries that are here already are taken once more.
    TakesTwice,
    /// A peer's idea of this terminal's own log is taken.
    TakesOwnLog,
    /// That a peer holds more of the own log is overlooked.
    NoAlarm,
    /// A claim repeats the epoch of the role it replaces.
    EpochReused,
    /// A claim is told before it is durable.
    TellsBeforeDisk,
    /// Of two roles of one epoch the one heard last holds.
    LastRoleWins,
    /// A link that says nothing is kept.
    KeepsDeadLinks,
    /// A peer that once heard the master hears it for ever.
    HearsForEver,
    /// Nothing is ever pushed past the master.
    OnlyThroughMaster,
    /// Only own entries are pushed.
    RelaysNothing,
    /// As much is pushed as there is.
    NoWindow,
    /// What a peer says it holds in its hello is not noted.
    HelloUnread,
    /// What was pushed is not noted.
    CursorDropped,
    /// What was pushed is noted as one more than it was.
    CursorAhead,
    /// The chosen terminal never gets the role back.
    NeverHandsBack,
    /// That a person asked for this master is forgotten.
    PinForgotten,
    /// Signs of life go to the master only.
    BeatsToMasterOnly,
    /// A sign of life does not count as one.
    BeatsUnheard,
    /// Whoever passes entries on is taken to hold them.
    PassedIsHeld,
    /// What is passed on is taken without a look at its seals.
    SealUnchecked,
    /// A seal of whoever passes the entries on will do.
    SealOfAnyone,
    /// Seals are held against a chain that begins anew with every frame.
    ChainForgotten,
    /// An author is believed, whatever it wrote at that place before.
    TakesForks,
}

/// Which bug a node has; none, unless the feature is on and somebody planted one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Planting {
    #[cfg(feature = "planted")]
    bug: Option<Planted>,
}

impl Planting {
    #[cfg(feature = "planted")]
    pub fn has(self, bug: Planted) -> bool {
        self.bug == Some(bug)
    }

    #[cfg(not(feature = "planted"))]
    pub const fn has(self, _: Planted) -> bool {
        false
    }
}

#[cfg(feature = "planted")]
impl crate::Node {
    /// Plants a bug in this node, before its first link.
    pub fn plant(&mut self, bug: Planted) {
        self.planting = Planting { bug: Some(bug) };
    }
}
