//! What the whole-restaurant stories share: a real terminal to play with, a LAN of terminals, the money referee, and the
//! auditor of crashes.

pub mod audit;
pub mod house;
pub mod lab;
pub mod referee;
