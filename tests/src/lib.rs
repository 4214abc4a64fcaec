//! What the whole-restaurant stories share: the money referee.

pub mod referee;
