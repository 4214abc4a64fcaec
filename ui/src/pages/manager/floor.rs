//! The floor editor: rooms and tables as a draft, published together.

use std::rc::Rc;

use domain::{
    command::Command,
    floor::{Floor, Room, Shape, Table},
    ids::{RoomId, TableId},
    text::Text,
};
use yew::prelude::*;

use super::{
    draft::{self, Draft, PublishBar},
    floor_plan::{EditPlan, overlaps, place},
    head, use_app, words,
};
use crate::{
    components::{Button, Chip, Empty, Field, HoldButton, Kind, Tab, Tabs},
    i18n,
    icons::{Icon, icon},
    t,
};

/// A new room, in grid units of about 25 cm.
const NEW_ROOM: (u16, u16) = (40, 26);
const ROOM_SIZES: std::ops::RangeInclusive<u16> = 8..=160;
const TABLE_SIZES: std::ops::RangeInclusive<u16> = 2..=30;
const MAX_SEATS: u8 = 60;
/// A round table for two.
const NEW_TABLE: (u16, u8) = (4, 2);

#[component]
pub fn FloorEditor() -> Html {
    let app = use_app();
    let config = app.config();
    let room_id = use_state(|| None::<RoomId>);
    let selected = use_state(|| None::<TableId>);
    let published = use_memo(config.as_ref().map(|c| c.version), |_| config.as_ref().map(|c| Rc::new(c.floor.clone())));
    let (Some(config), Some(published)) = (config.clone(), (*published).clone()) else { return html! {} };
    let draft = Draft::of(draft::FLOOR, published, &app);
    let language = config.settings.language.clone();
    let k = draft.now.rooms.iter().position(|r| Some(&r.id) == room_id.as_ref()).unwrap_or(0);
    let room = draft.now.rooms.get(k).cloned();
    let onchoose = {
        let (room_id, selected) = (room_id.clone(), selected.clone());
        Callback::from(move |key: AttrValue| {
            room_id.set(Some(RoomId::from(key.to_string())));
            selected.set(None);
        })
    };
    let add_room = {
        let (draft, room_id, language) = (draft.clone(), room_id.clone(), language.clone());
        Callback::from(move |()| {
            let room = new_room(&draft.now, &language);
            room_id.set(Some(room.id.clone()));
            draft.change(|f| f.rooms.push(room));
        })
    };
    let choose = selected.clone();
    let add_table = adding_table(&draft, k, &selected);
    let onmove = {
        let draft = draft.clone();
        Callback::from(move |(id, x, y): (TableId, u16, u16)| {
            draft.change(|f| with_table(f, &id, |t| (t.x, t.y) = (x, y)))
        })
    };
    let onremove = {
        let (draft, selected) = (draft.clone(), selected.clone());
        Callback::from(move |id: TableId| {
            draft.change(|f| f.rooms.iter_mut().for_each(|r| r.tables.retain(|t| t.id != id)));
            selected.set(None);
        })
    };
    let busy: Vec<TableId> = app.state().cards.values().filter_map(|c| c.table.clone()).collect();
    html! {
        <div class="floor-edit drafted">
            <div class="floor-tools">
                {head(&t!("man.floor"), html! {<>
                    <Button label={t!("man.floor.add_table")} icon={Icon::Plus} kind={Kind::Primary} disabled={room.is_none()} onclick={add_table} id="add-table" />
                    <Button label={t!("man.floor.new_room")} icon={Icon::Plus} onclick={add_room} id="add-room" />
                </>})}
                <Tabs tabs={room_tabs(&draft.now)} chosen={room.as_ref().map_or_else(AttrValue::default, |r| r.id.to_string().into())} {onchoose} name={t!("man.floor.rooms")} />
            </div>
            if let Some(room) = room {
                <div class="floor-grid">
                    <EditPlan room={room.clone()} selected={(*selected).clone()} onselect={Callback::from(move |id| choose.set(id))} {onmove} onremove={onremove.clone()} />
                    <aside class="side scroll" data-testid="floor-side">
                        { match room.tables.iter().find(|t| Some(&t.id) == selected.as_ref()) {
                            Some(table) => table_side(&draft, &room, table, &onremove),
                            None => room_side(&draft, k, &room, &language),
                        }}
                    </aside>
                </div>
            } else {
                <Empty icon={Icon::Floor} title={t!("floor.empty")} next={t!("man.floor.empty_next")} />
            }
            if draft.is_unsaved() { {publish_bar(&draft, faults(&draft.now, &busy))} }
        </div>
    }
}

fn publish_bar(draft: &Draft<Floor>, faults: Vec<String>) -> Html {
    let (undo, discard, publish) = (draft.clone(), draft.clone(), draft.clone());
    html! {
        <PublishBar changes={changed(&draft.published, &draft.now)} {faults} overtaken={draft.overtaken} can_undo={draft.can_undo}
            onundo={Callback::from(move |()| undo.undo())} ondiscard={Callback::from(move |()| discard.discard())}
            onpublish={Callback::from(move |()| publish.publish(Command::PublishFloor { floor: (*publish.now).clone() }))} />
    }
}

fn room_tabs(floor: &Floor) -> Vec<Tab> {
    let tab = |r: &Room| Tab {
        key: r.id.to_string().into(),
        label: i18n::words(&r.name).into(),
        n: r.tables.len().to_string().into(),
    };
    floor.rooms.iter().map(tab).collect()
}

fn new_room(floor: &Floor, language: &str) -> Room {
    let name = t!("man.floor.new_room");
    Room {
        id: RoomId::from(words::id_from(&name, |id| floor.rooms.iter().any(|r| r.id.0 == id))),
        name: Text::one(language, &name),
        width: NEW_ROOM.0,
        height: NEW_ROOM.1,
        tables: Vec::new(),
        walls: Vec::new(),
    }
}

fn adding_table(draft: &Draft<Floor>, room: usize, selected: &UseStateHandle<Option<TableId>>) -> Callback<()> {
    let (draft, selected) = (draft.clone(), selected.clone());
    Callback::from(move |()| {
        if let Some(table) = new_table(&draft.now, room) {
            selected.set(Some(table.id.clone()));
            draft.change(|f| f.rooms[room].tables.push(table));
        }
    })
}

fn with_table(floor: &mut Floor, id: &TableId, change: impl FnOnce(&mut Table)) {
    if let Some(table) = floor.rooms.iter_mut().flat_map(|r| &mut r.tables).find(|t| t.id == *id) {
        change(table);
    }
}

/// The domain's faults, and tables that are gone while guests sit at them.
fn faults(floor: &Floor, busy: &[TableId]) -> Vec<String> {
    let mut faults = floor.faults();
    faults.extend(
        busy.iter().filter(|id| floor.table(id).is_none()).map(|id| t!("man.floor.busy_gone", label = id.to_string())),
    );
    let mut labels: Vec<&str> = floor.rooms.iter().flat_map(|r| &r.tables).map(|t| t.label.trim()).collect();
    labels.sort_unstable();
    let twice = labels.windows(2).find(|w| w[0] == w[1] && !w[0].is_empty());
    faults.extend(twice.map(|w| t!("man.floor.twice", label = w[0])));
    faults
}

fn changed(old: &Floor, new: &Floor) -> String {
    let tables = |f: &Floor| f.rooms.iter().flat_map(|r| r.tables.clone()).collect::<Vec<Table>>();
    let (before, after) = (tables(old), tables(new));
    let find = |list: &[Table], id: &TableId| list.iter().find(|t| t.id == *id).cloned();
    let added = after.iter().filter(|t| find(&before, &t.id).is_none()).count();
    let removed = before.iter().filter(|t| find(&after, &t.id).is_none()).count();
    let moved = after.iter().filter(|t| find(&before, &t.id).is_some_and(|b| b != **t)).count();
    let mut parts = Vec::new();
    if moved > 0 {
        parts.push(t!("man.floor.n_changed", n = moved));
    }
    if added > 0 {
        parts.push(t!("man.floor.n_added", n = added));
    }
    if removed > 0 {
        parts.push(t!("man.floor.n_removed", n = removed));
    }
    if parts.is_empty() {
        parts.push(t!("man.floor.rooms"));
    }
    parts.join(i18n::comma())
}

/// The next number nobody has, at the first free place.
fn new_table(floor: &Floor, room: usize) -> Option<Table> {
    let all = || floor.rooms.iter().flat_map(|r| &r.tables);
    let label = (1u32..).map(|n| n.to_string()).find(|l| all().all(|t| t.label != *l))?;
    let id = TableId::from(words::id_from(&label, |id| all().any(|t| t.id.0 == id)));
    let room = floor.rooms.get(room)?;
    let (size, seats) = NEW_TABLE;
    let mut table = Table { id, label, seats, shape: Shape::Round, x: 1, y: 1, width: size, height: size };
    let free = (0..=room.height.saturating_sub(size))
        .step_by(2)
        .flat_map(|y| (0..=room.width.saturating_sub(size)).step_by(2).map(move |x| (x, y)))
        .find(|(x, y)| !overlaps(room, &Table { x: *x, y: *y, ..table.clone() }));
    (table.x, table.y) = free.unwrap_or((0, 0));
    Some(table)
}

/// A number with a button on either side.
fn stepper(label: String, value: u16, range: std::ops::RangeInclusive<u16>, set: Callback<u16>) -> Html {
    let (less, more) = (value.saturating_sub(1), value.saturating_add(1));
    html! {
        <div class="field" role="group" aria-label={label.clone()}>
            <span class="label">{label}</span>
            <div class="stepper">
                <Button label={t!("order.less")} icon={Icon::Minus} bare=true disabled={!range.contains(&less)} onclick={set.reform(move |()| less)} />
                <span class="n">{value}</span>
                <Button label={t!("order.one_more")} icon={Icon::Plus} bare=true disabled={!range.contains(&more)} onclick={set.reform(move |()| more)} />
            </div>
        </div>
    }
}

fn table_side(draft: &Draft<Floor>, room: &Room, table: &Table, onremove: &Callback<TableId>) -> Html {
    let id = table.id.clone();
    let edit = move |draft: &Draft<Floor>, change: Box<dyn Fn(&mut Table)>| {
        let id = id.clone();
        draft.change(|f| with_table(f, &id, |t| change(t)));
    };
    let label = {
        let (draft, edit) = (draft.clone(), edit.clone());
        Callback::from(move |v: String| edit(&draft, Box::new(move |t| t.label.clone_from(&v))))
    };
    let seats = {
        let (draft, edit) = (draft.clone(), edit.clone());
        Callback::from(move |n: u16| edit(&draft, Box::new(move |t| t.seats = u8::try_from(n).unwrap_or(MAX_SEATS))))
    };
    // A table that grows beyond the wall steps back into the room.
    let sized = |set: fn(&mut Table, u16)| {
        let (draft, edit, room) = (draft.clone(), edit.clone(), room.clone());
        Callback::from(move |n: u16| {
            let room = room.clone();
            edit(
                &draft,
                Box::new(move |t| {
                    set(t, n);
                    (t.x, t.y) = place(&room, t, 0, 0);
                }),
            );
        })
    };
    let shape = |shape: Shape| {
        let (draft, edit) = (draft.clone(), edit.clone());
        Callback::from(move |()| edit(&draft, Box::new(move |t| t.shape = shape)))
    };
    let gone = table.id.clone();
    html! {<>
        <h3>{t!("table.named", label = table.label)}</h3>
        <Field label={t!("man.floor.label")} value={table.label.clone()} oninput={label} max=80 id="table-label" />
        {stepper(t!("man.floor.seats"), u16::from(table.seats), 1..=u16::from(MAX_SEATS), seats)}
        <div class="chips">
            <Chip label={t!("man.floor.round")} on={table.shape == Shape::Round} onclick={shape(Shape::Round)} id="shape-round" />
            <Chip label={t!("man.floor.rect")} on={table.shape == Shape::Rect} onclick={shape(Shape::Rect)} id="shape-rect" />
        </div>
        {stepper(t!("man.floor.width"), table.width, clip(TABLE_SIZES, room.width), sized(|t, n| t.width = n))}
        {stepper(t!("man.floor.height"), table.height, clip(TABLE_SIZES, room.height), sized(|t, n| t.height = n))}
        if overlaps(room, table) { <p class="fault">{icon(Icon::Warning, 18)}{t!("man.floor.overlaps")}</p> }
        <p class="hint">{t!("man.floor.keys")}</p>
        <HoldButton label={t!("man.floor.remove_table")} icon={Icon::Bin} onhold={onremove.reform(move |()| gone.clone())} id="remove-table" />
    </>}
}

fn clip(range: std::ops::RangeInclusive<u16>, most: u16) -> std::ops::RangeInclusive<u16> {
    *range.start()..=(*range.end()).min(most)
}

fn room_side(draft: &Draft<Floor>, k: usize, room: &Room, language: &str) -> Html {
    let edit = |change: fn(&mut Room, u16)| {
        let draft = draft.clone();
        Callback::from(move |n: u16| {
            draft.change(|f| {
                if let Some(room) = f.rooms.get_mut(k) {
                    change(room, n);
                }
            });
        })
    };
    let name = {
        let (draft, language) = (draft.clone(), language.to_owned());
        Callback::from(move |v: String| {
            draft.change(|f| {
                if let Some(room) = f.rooms.get_mut(k) {
                    room.name.set(&language, &v);
                }
            });
        })
    };
    let remove = {
        let draft = draft.clone();
        Callback::from(move |()| {
            draft.change(|f| {
                if k < f.rooms.len() {
                    f.rooms.remove(k);
                }
            });
        })
    };
    // The room is never smaller than what stands in it.
    let least = |edge: u16, sizes: std::ops::RangeInclusive<u16>| edge.max(*sizes.start())..=*sizes.end();
    let right = room.tables.iter().map(|t| t.x + t.width).max().unwrap_or(0);
    let bottom = room.tables.iter().map(|t| t.y + t.height).max().unwrap_or(0);
    html! {<>
        <h3>{i18n::words(&room.name)}</h3>
        <p class="mute">{t!("man.floor.how")}</p>
        <Field label={t!("man.name")} value={room.name.get(language).to_owned()} oninput={name} max=80 id="room-name" />
        {stepper(t!("man.floor.width"), room.width, least(right, ROOM_SIZES), edit(|r, n| r.width = n))}
        {stepper(t!("man.floor.height"), room.height, least(bottom, ROOM_SIZES), edit(|r, n| r.height = n))}
        <HoldButton label={t!("man.floor.remove_room")} icon={Icon::Bin} onhold={remove} disabled={!room.tables.is_empty()} id="remove-room" />
        if !room.tables.is_empty() { <p class="hint">{t!("man.floor.room_not_empty")}</p> }
    </>}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_table_gets_the_next_number_and_a_free_place() {
        let mut floor = domain::demo::floor();
        for _ in 0..6 {
            let table = new_table(&floor, 0).unwrap();
            assert!(!overlaps(&floor.rooms[0], &table), "{}", table.label);
            floor.rooms[0].tables.push(table);
            assert_eq!(floor.faults(), Vec::<String>::new());
        }
        assert_eq!(floor.rooms[0].tables.last().unwrap().label, "18");
    }

    #[test]
    fn guests_never_lose_their_table() {
        let mut floor = domain::demo::floor();
        let busy = vec![floor.rooms[0].tables[0].id.clone()];
        assert_eq!(faults(&floor, &busy), Vec::<String>::new());
        floor.rooms[0].tables.remove(0);
        assert_eq!(faults(&floor, &busy).len(), 1);
    }
}
