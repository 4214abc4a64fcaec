//! Pictures of figures, drawn here: bars a manager reads from two metres and taps to see what is behind them.

use yew::prelude::*;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Goes back to `onpick`.
    pub key: AttrValue,
    /// Under (or beside) the bar.
    pub label: AttrValue,
    pub value: i64,
    /// The value as a person reads it.
    pub shown: AttrValue,
}

#[derive(Properties, PartialEq)]
pub struct BarChartProps {
    pub bars: Vec<Bar>,
    /// What the picture shows, for screen readers.
    pub title: AttrValue,
    /// Bars lie (long names) instead of standing (hours).
    #[prop_or_default]
    pub lying: bool,
    #[prop_or_default]
    pub picked: Option<AttrValue>,
    #[prop_or_default]
    pub onpick: Callback<AttrValue>,
}

const STANDING_HEIGHT: i64 = 180;
const STANDING_STEP: i64 = 56;
const LYING_WIDTH: i64 = 640;
const LYING_STEP: i64 = 48;

/// The length of a bar of `value` when the longest is `of` and gets `room`. Something sold is always a visible sliver.
fn length(value: i64, of: i64, room: i64) -> i64 {
    if value <= 0 || of <= 0 { 0 } else { (value.saturating_mul(room) / of).max(2) }
}

/// A bar chart; every bar is a button (`data-testid="bar-KEY"`).
#[component]
pub fn BarChart(props: &BarChartProps) -> Html {
    let most = props.bars.iter().map(|b| b.value).max().unwrap_or(0);
    let n = props.bars.len() as i64;
    let (width, height) = if props.lying {
        (LYING_WIDTH, n * LYING_STEP)
    } else {
        ((n * STANDING_STEP).max(STANDING_STEP), STANDING_HEIGHT + 56)
    };
    let draw = |(i, bar): (usize, &Bar)| {
        let i = i as i64;
        let shape = if props.lying { lying(i, bar, most) } else { standing(i, bar, most) };
        let class = classes!("bar", (props.picked.as_ref() == Some(&bar.key)).then_some("pick"));
        let (x, y, w, h, texts) = shape;
        let (pick, key) = (props.onpick.clone(), bar.key.clone());
        let (pick_by_key, same) = (pick.clone(), key.clone());
        html! {
            <g key={bar.key.to_string()} role="button" tabindex="0" aria-label={format!("{}: {}", bar.label, bar.shown)}
                data-testid={format!("bar-{}", bar.key)} onclick={move |_: MouseEvent| pick.emit(key.clone())}
                onkeydown={move |e: KeyboardEvent| if e.key() == "Enter" { pick_by_key.emit(same.clone()) }}>
                <rect x={x.to_string()} y={y.to_string()} width={w.to_string()} height={h.to_string()} rx="3" {class} />
                {texts}
            </g>
        }
    };
    html! {
        <svg class="chart" viewBox={format!("0 0 {width} {height}")} role="group" aria-label={props.title.clone()} dir="ltr"
            style={format!("max-inline-size: {}px", width * 2)}>
            { for props.bars.iter().enumerate().map(draw) }
        </svg>
    }
}

type Shape = (i64, i64, i64, i64, Html);

fn standing(i: i64, bar: &Bar, most: i64) -> Shape {
    let h = length(bar.value, most, STANDING_HEIGHT);
    let (x, y) = (i * STANDING_STEP + 6, 28 + STANDING_HEIGHT - h);
    let middle = (x + (STANDING_STEP - 12) / 2).to_string();
    let texts = html! {<>
        <rect x={(x - 6).to_string()} y="0" width={STANDING_STEP.to_string()} height={(STANDING_HEIGHT + 56).to_string()} fill="transparent" />
        <text x={middle.clone()} y={(y - 8).to_string()} text-anchor="middle">{&bar.shown}</text>
        <text x={middle} y={(STANDING_HEIGHT + 50).to_string()} text-anchor="middle">{&bar.label}</text>
    </>};
    (x, y, STANDING_STEP - 12, h, texts)
}

fn lying(i: i64, bar: &Bar, most: i64) -> Shape {
    let y = i * LYING_STEP;
    let w = length(bar.value, most, LYING_WIDTH);
    let texts = html! {<>
        <rect x="0" y={y.to_string()} width={LYING_WIDTH.to_string()} height={LYING_STEP.to_string()} fill="transparent" />
        <text x="0" y={(y + 16).to_string()}>{&bar.label}</text>
        <text x={LYING_WIDTH.to_string()} y={(y + 16).to_string()} text-anchor="end">{&bar.shown}</text>
    </>};
    (0, y + 24, w, 14, texts)
}

/// One big figure with its label, and an optional small comparison below.
pub fn figure(label: &str, value: &str, below: Option<Html>) -> Html {
    html! {
        <div class="figure"><span class="label">{label}</span><bdi class="value">{value}</bdi>{ for below }</div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_fills_its_room_and_small_ones_stay_visible() {
        assert_eq!(length(500, 500, 180), 180);
        assert_eq!(length(250, 500, 180), 90);
        assert_eq!(length(1, 1_000_000, 180), 2);
        assert_eq!(length(0, 500, 180), 0);
        assert_eq!(length(-5, 500, 180), 0);
        assert_eq!(length(5, 0, 180), 0);
    }
}
