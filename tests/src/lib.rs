//! Whole-restaurant stories.
