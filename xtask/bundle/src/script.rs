//! The library's script, as it travels.

use anyhow::{Result, ensure};

/// The same script without what is for readers: comments that have their own lines, empty lines, and what lines are moved
/// in by.
///
/// # Errors
/// A text goes over several lines, so that a line cannot be told from a text.
pub fn bare(script: &str) -> Result<String> {
    let (mut out, mut comment) = (String::with_capacity(script.len()), false);
    for line in script.lines().map(str::trim) {
        comment |= line.starts_with("/*");
        if !comment && !line.is_empty() && !line.starts_with("//") {
            ensure!(line.matches('`').count().is_multiple_of(2), "a text over several lines: {line}");
            out.push_str(line);
            out.push('\n');
        }
        comment &= !line.ends_with("*/");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_is_left() {
        let script =
            "/**\n * @param x\n */\nfunction f(x) {\n    // why\n\n    return `// ${x}`;\n}\n/* one */\nf(1);\n";
        assert_eq!(bare(script).unwrap(), "function f(x) {\nreturn `// ${x}`;\n}\nf(1);\n");
        assert!(bare("const text = `one\n  two`;\n").is_err());
    }
}
