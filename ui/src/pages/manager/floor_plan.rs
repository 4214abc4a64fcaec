//! The plan one draws on: tables are dragged on the grid by finger or moved by arrow keys.

use domain::{
    floor::{Room, Shape, Table},
    ids::TableId,
};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use crate::{
    i18n,
    icons::{Icon, icon},
    t,
};

/// A step of an arrow key, and of one with Shift, in grid units.
const STEP: i32 = 1;
const LONG_STEP: i32 = 4;

#[derive(Properties, PartialEq)]
pub struct EditPlanProps {
    pub room: Room,
    pub selected: Option<TableId>,
    pub onselect: Callback<Option<TableId>>,
    /// A table stands somewhere else now.
    pub onmove: Callback<(TableId, u16, u16)>,
    pub onremove: Callback<TableId>,
}

/// A finger that holds a table.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    table: TableId,
    /// Where the finger went down, in CSS pixels.
    from: (i32, i32),
    /// CSS pixels of one grid unit.
    unit: (f64, f64),
    now: (u16, u16),
}

/// A place within the room for a table of this size, moved by so many grid units from where it stood.
pub fn place(room: &Room, table: &Table, dx: i32, dy: i32) -> (u16, u16) {
    let within = |at: u16, by: i32, size: u16, whole: u16| {
        let most = i32::from(whole.saturating_sub(size));
        u16::try_from((i32::from(at) + by).clamp(0, most)).unwrap_or(0)
    };
    (within(table.x, dx, table.width, room.width), within(table.y, dy, table.height, room.height))
}

/// Whether a table stands on another one.
pub fn overlaps(room: &Room, table: &Table) -> bool {
    let apart = |a: u16, aw: u16, b: u16, bw: u16| a + aw <= b || b + bw <= a;
    room.tables
        .iter()
        .filter(|o| o.id != table.id)
        .any(|o| !apart(o.x, o.width, table.x, table.width) && !apart(o.y, o.height, table.y, table.height))
}

#[component]
pub fn EditPlan(props: &EditPlanProps) -> Html {
    let held = use_state(|| None::<Held>);
    let plan = use_node_ref();
    let room = &props.room;
    let mirrored = i18n::language().direction() == "rtl";
    let onpointermove = {
        let (held, room) = (held.clone(), room.clone());
        Callback::from(move |e: PointerEvent| {
            let Some(mut h) = (*held).clone() else { return };
            let Some(table) = room.tables.iter().find(|t| t.id == h.table) else { return };
            let dx = f64::from(e.client_x() - h.from.0) / h.unit.0 * if mirrored { -1.0 } else { 1.0 };
            let dy = f64::from(e.client_y() - h.from.1) / h.unit.1;
            h.now = place(&room, table, dx.round() as i32, dy.round() as i32);
            if Some(&h) != held.as_ref() {
                held.set(Some(h));
            }
        })
    };
    let onpointerup = {
        let (held, onmove, room) = (held.clone(), props.onmove.clone(), room.clone());
        Callback::from(move |_: PointerEvent| {
            let Some(h) = (*held).clone() else { return };
            held.set(None);
            if room.tables.iter().any(|t| t.id == h.table && (t.x, t.y) != h.now) {
                onmove.emit((h.table, h.now.0, h.now.1));
            }
        })
    };
    let off = props.onselect.reform(|_: MouseEvent| None);
    html! {
        <div class="room edit" onclick={off} {onpointermove} onpointerup={onpointerup.clone()} onpointercancel={onpointerup}>
            <div class="plan" ref={plan.clone()} style={format!("--w: {}; --h: {}", room.width.max(1), room.height.max(1))}>
                { for room.walls.iter().enumerate().map(|(i, w)| html! { <div key={i} class="wall" style={stands(room, (w.x, w.y), (w.width, w.height))}>{&w.label}</div> }) }
                { for room.tables.iter().map(|t| table(props, &held, &plan, t)) }
            </div>
        </div>
    }
}

/// Where a thing stands, in shares of the room, so that it mirrors with the script.
fn stands(room: &Room, at: (u16, u16), size: (u16, u16)) -> String {
    let share = |part: u16, whole: u16| format!("{:.3}%", f64::from(part) * 100.0 / f64::from(whole.max(1)));
    format!(
        "inset-inline-start: {}; inset-block-start: {}; inline-size: {}; block-size: {}",
        share(at.0, room.width),
        share(at.1, room.height),
        share(size.0, room.width),
        share(size.1, room.height)
    )
}

fn table(props: &EditPlanProps, held: &UseStateHandle<Option<Held>>, plan: &NodeRef, t: &Table) -> Html {
    let room = &props.room;
    let at = held.as_ref().filter(|h| h.table == t.id).map_or((t.x, t.y), |h| h.now);
    let moved = Table { x: at.0, y: at.1, ..t.clone() };
    let selected = props.selected.as_ref() == Some(&t.id);
    let onpointerdown = {
        let (held, plan, onselect, t, room) =
            (held.clone(), plan.clone(), props.onselect.clone(), t.clone(), room.clone());
        Callback::from(move |e: PointerEvent| {
            onselect.emit(Some(t.id.clone()));
            let Some(plan) = plan.cast::<Element>() else { return };
            // The finger may leave the table; the table follows it all the same. Handlers sit at the root of the page, so
            // the table is looked for from where the finger came down.
            let table =
                e.target().and_then(|x| x.dyn_into::<Element>().ok()).and_then(|x| x.closest("button").ok().flatten());
            if let Some(table) = table {
                let _ = table.set_pointer_capture(e.pointer_id());
            }
            let frame = plan.get_bounding_client_rect();
            let unit = (frame.width() / f64::from(room.width.max(1)), frame.height() / f64::from(room.height.max(1)));
            if unit.0 > 0.0 && unit.1 > 0.0 {
                held.set(Some(Held { table: t.id.clone(), from: (e.client_x(), e.client_y()), unit, now: (t.x, t.y) }));
            }
        })
    };
    let onkeydown = {
        let (onmove, onselect, onremove, t, room) =
            (props.onmove.clone(), props.onselect.clone(), props.onremove.clone(), t.clone(), room.clone());
        let mirrored = i18n::language().direction() == "rtl";
        Callback::from(move |e: KeyboardEvent| {
            let step = if e.shift_key() { LONG_STEP } else { STEP };
            let start = if mirrored { -step } else { step };
            let (dx, dy) = match e.key().as_str() {
                "ArrowLeft" => (-start, 0),
                "ArrowRight" => (start, 0),
                "ArrowUp" => (0, -step),
                "ArrowDown" => (0, step),
                "Delete" | "Backspace" => return onremove.emit(t.id.clone()),
                "Escape" => return onselect.emit(None),
                _ => return,
            };
            e.prevent_default();
            let (x, y) = place(&room, &t, dx, dy);
            onmove.emit((t.id.clone(), x, y));
        })
    };
    let onfocus = {
        let (onselect, id) = (props.onselect.clone(), t.id.clone());
        Callback::from(move |_: FocusEvent| onselect.emit(Some(id.clone())))
    };
    let class = classes!(
        "tbl",
        (t.shape == Shape::Round).then_some("round"),
        selected.then_some("selected"),
        held.as_ref().is_some_and(|h| h.table == t.id).then_some("held"),
        overlaps(room, &moved).then_some("on-another"),
    );
    html! {
        <button key={t.id.to_string()} type="button" {class} style={stands(room, at, (t.width, t.height))} {onpointerdown} {onkeydown} {onfocus}
            onclick={|e: MouseEvent| e.stop_propagation()} aria-pressed={if selected { "true" } else { "false" }} data-testid={format!("edit-table-{}", t.id)}
            aria-label={t!("man.floor.table_at", label = t.label, x = i18n::shown(at.0), y = i18n::shown(at.1))}>
            <span class="top-of"><span class="label">{&t.label}</span><span class="fact">{icon(Icon::Seat, 16)}{t.seats}</span></span>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_stay_in_their_room() {
        let room = domain::demo::floor().rooms.remove(0);
        let table = room.tables[0].clone();
        let check = |dx: i32, dy: i32, at: (u16, u16)| assert_eq!(place(&room, &table, dx, dy), at);
        check(0, 0, (table.x, table.y));
        check(-100, -100, (0, 0));
        check(1000, 1000, (room.width - table.width, room.height - table.height));
        check(1, 2, (table.x + 1, table.y + 2));
    }

    #[test]
    fn a_table_on_another_is_noticed() {
        let room = domain::demo::floor().rooms.remove(0);
        assert!(room.tables.iter().all(|t| !overlaps(&room, t)));
        let second = &room.tables[1];
        let moved = Table { x: second.x, y: second.y, ..room.tables[0].clone() };
        assert!(overlaps(&room, &moved));
    }
}
