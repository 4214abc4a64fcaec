//! The eight digits a new terminal shows.

use yew::prelude::*;

/// Digits of a code, shown in two groups.
pub const DIGITS: usize = 8;
const GROUP: usize = 4;

/// The code as far as it is typed, in two groups of boxes.
pub fn boxes(code: &str, wrong: bool) -> Html {
    let group = |from: usize| {
        let digits = (from..from + GROUP).map(|i| {
            let digit = code.get(i..=i).unwrap_or_default();
            let class = classes!((i == code.len()).then_some("next"), (!digit.is_empty()).then_some("in"));
            html! { <i key={i} {class}>{digit}</i> }
        });
        html! { <span>{ for digits }</span> }
    };
    html! {
        <div class={classes!("code", wrong.then_some("shake"))} dir="ltr" role="img" aria-label={typed(code)} data-testid="code">{group(0)}{group(GROUP)}</div>
    }
}

/// Digits in two groups of four, to be read out.
pub fn typed(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    match digits.split_at_checked(GROUP) {
        Some((first, second)) if !second.is_empty() => format!("{first} {second}"),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn a_code_is_read_in_two_groups() {
        for (code, said) in
            [("", ""), ("123", "123"), ("1234", "1234"), ("12345", "1234 5"), ("1234 5678", "1234 5678")]
        {
            assert_eq!(typed(code), said);
        }
    }
}
