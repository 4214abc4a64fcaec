//! The app's own icons: one 24-unit grid, one stroke, drawn to be told apart at arm's length.

use yew::prelude::*;

/// Every icon there is. The names are what the icon means, not what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Back,
    Forward,
    Up,
    Down,
    Close,
    Check,
    Works,
    Warning,
    Offline,
    Search,
    Plus,
    Minus,
    Erase,
    Flame,
    Bell,
    Clock,
    Hold,
    Served,
    Receipt,
    Printer,
    Cash,
    Card,
    Voucher,
    Tip,
    Guests,
    Person,
    Lock,
    Unlocked,
    Handheld,
    Floor,
    List,
    Kitchen,
    Manager,
    Sun,
    Moon,
    Note,
    Allergy,
    Undo,
    Bin,
    Move,
    Star,
    Repeat,
    Bag,
    Seat,
    Plate,
    Glass,
    Cup,
    Leaf,
    Fish,
    Cake,
    Gear,
    Chart,
    Menu,
    Drawer,
    Eye,
    Dots,
    Upload,
    Download,
    Conflict,
    Terminals,
}

impl Icon {
    /// The stroke's path on the 24-unit grid.
    fn path(self) -> &'static str {
        match self {
            Icon::Back => "M15 5l-7 7 7 7",
            Icon::Forward => "M9 5l7 7-7 7",
            Icon::Up => "M5 15l7-7 7 7",
            Icon::Down => "M5 9l7 7 7-7",
            Icon::Close => "M6 6l12 12M18 6L6 18",
            Icon::Check => "M5 12.5l4.5 4.5L19 7.5",
            Icon::Works => "M12 4a8 8 0 1 0 .01 0M8.5 12l2.5 2.5 4.5-5",
            Icon::Warning => "M12 4l9 16H3zM12 10v4.5M12 17.3v.01",
            Icon::Offline => {
                "M4 4l16 16M8.5 15.5a5 5 0 0 1 6-.7M5 12a10 10 0 0 1 4-2.4M14 9.2a10 10 0 0 1 5 2.8M12 19v.01"
            }
            Icon::Search => "M11 5a6 6 0 1 0 .01 0M15.5 15.5L20 20",
            Icon::Plus => "M12 5v14M5 12h14",
            Icon::Minus => "M5 12h14",
            Icon::Erase => "M9 6h11v12H9l-6-6zM12 9.5l5 5M17 9.5l-5 5",
            Icon::Flame => {
                "M12 3c1 4 5.5 5.5 5.5 10.5a5.5 5.5 0 0 1-11 0c0-2 1-3.5 2.2-4.5.3 1.7 1 2.3 1.9 2.7C11.5 9 11 6.5 12 3z"
            }
            Icon::Bell => "M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4M12 5V3.5",
            Icon::Clock => "M12 4a8 8 0 1 0 .01 0M12 8v4.5l3 2",
            Icon::Hold => "M9 6v12M15 6v12",
            Icon::Served => "M4 17h16M6 17a6 6 0 0 1 12 0M12 11V8.5M4 20h16",
            Icon::Receipt => "M6 3.5v17l2-1.5 2 1.5 2-1.5 2 1.5 2-1.5 2 1.5v-17zM9 8.5h6M9 12.5h6",
            Icon::Printer => "M7 9V4h10v5M7 17H4v-6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v6h-3M7 14h10v6H7z",
            Icon::Cash => "M3 7h18v10H3zM12 9.5a2.5 2.5 0 1 0 .01 0M6 10v.01M18 14v.01",
            Icon::Card => "M3 6h18v12H3zM3 10h18M6.5 14.5h4",
            Icon::Voucher => "M3 7h18v3.5a1.5 1.5 0 0 0 0 3V17H3v-3.5a1.5 1.5 0 0 0 0-3zM14 7v10",
            Icon::Tip => "M12 20c-5-3-8-6-8-10a4.3 4.3 0 0 1 8-2.2A4.3 4.3 0 0 1 20 10c0 4-3 7-8 10z",
            Icon::Guests => {
                "M9 5a3.2 3.2 0 1 0 .01 0M3 19c0-3.5 2.5-5.5 6-5.5s6 2 6 5.5M16 5.5a3 3 0 0 1 0 5.8M17.5 14c2.2.6 3.5 2.4 3.5 5"
            }
            Icon::Person => "M12 4.5a3.7 3.7 0 1 0 .01 0M5 20c0-4 3-6 7-6s7 2 7 6",
            Icon::Lock => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Icon::Unlocked => "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 6.7-1.4M12 14.5v2",
            Icon::Handheld => "M7 3h10v18H7zM11 17.5h2",
            Icon::Floor => "M4 4h7v7H4zM15.5 4.5a3.5 3.5 0 1 0 .01 0M4 15h7v5H4zM15 15h5v5h-5z",
            Icon::List => "M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01",
            Icon::Kitchen => "M7 20h10v-7.5a4 4 0 0 0 1-7.5 4 4 0 0 0-6-1 4 4 0 0 0-6 1 4 4 0 0 0 1 7.5zM7 16.5h10",
            Icon::Manager => "M4 20V10M10 20V4M16 20v-7M4 20h17",
            Icon::Sun => {
                "M12 8a4 4 0 1 0 .01 0M12 2.5V4M12 20v1.5M2.5 12H4M20 12h1.5M5.3 5.3l1 1M17.7 17.7l1 1M5.3 18.7l1-1M17.7 6.3l1-1"
            }
            Icon::Moon => "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
            Icon::Note => "M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 9h7M8.5 13h4",
            Icon::Allergy => "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v6M12 16.5v.01",
            Icon::Undo => "M8 5L4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9",
            Icon::Bin => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
            Icon::Move => "M4 12h15M14 7l5 5-5 5M4 7v10",
            Icon::Star => "M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7L12 17l-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
            Icon::Repeat => "M4 11V9a3 3 0 0 1 3-3h12M16 3l3 3-3 3M20 13v2a3 3 0 0 1-3 3H5M8 21l-3-3 3-3",
            Icon::Bag => "M5 8h14l1 12H4zM9 11V7a3 3 0 0 1 6 0v4",
            Icon::Seat => "M7 4v9h10V4M7 13l-1 7M17 13l1 7M7 17h10",
            Icon::Plate => "M12 4a8 8 0 1 0 .01 0M12 8a4 4 0 1 0 .01 0",
            Icon::Glass => "M7 4h10c.5 5-1 9-5 9s-5.5-4-5-9zM12 13v7M8.5 20h7",
            Icon::Cup => "M5 9h11v6a4 4 0 0 1-4 4H9a4 4 0 0 1-4-4zM16 10.5h1.5a2.5 2.5 0 0 1 0 5H16M8 3v2.5M12.5 3v2.5",
            Icon::Leaf => "M5 19C4 11 9 5 20 5c0 10-5 15-13 13.5M5 20c1-4 4-7.5 8-9",
            Icon::Fish => "M3 12c3-5 9-6 13-2l4-3v10l-4-3c-4 4-10 3-13-2zM7.5 11.5v.01",
            Icon::Cake => {
                "M4 20h16M5 20v-7h14v7M5 16c2 1.5 3 1.5 4.7 0 1.6 1.5 3 1.5 4.6 0 1.7 1.5 2.7 1.5 4.7 0M12 13V9M12 6V4.5"
            }
            Icon::Gear => {
                "M12 8.5a3.5 3.5 0 1 0 .01 0M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1"
            }
            Icon::Chart => "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
            Icon::Menu => "M6 3.5h12v17H6zM9 8h6M9 12h6M9 16h3",
            Icon::Drawer => "M4 5h16v8H4zM4 13h16v6H4zM10 16h4M10 9h4",
            Icon::Eye => "M3 12c4.5-7 13.5-7 18 0-4.5 7-13.5 7-18 0zM12 9.5a2.5 2.5 0 1 0 .01 0",
            Icon::Dots => "M6 12v.01M12 12v.01M18 12v.01",
            Icon::Upload => "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
            Icon::Download => "M12 4v12M7 11l5 5 5-5M4 16v4h16v-4",
            Icon::Terminals => "M3 4h10v7H3zM11 14h10v6H11zM7 11v6h4",
            Icon::Conflict => "M3 8h14M13 4l4 4-4 4M21 16H7M11 12l-4 4 4 4",
        }
    }

    /// Arrows and lists point the other way in right-to-left scripts.
    fn mirrors(self) -> bool {
        matches!(self, Icon::Back | Icon::Forward | Icon::Erase | Icon::Move | Icon::Undo | Icon::List)
    }
}

/// Draws an icon at `size` CSS pixels. Hidden from screen readers: the control around it carries the name.
pub fn icon(name: Icon, size: u32) -> Html {
    let size = size.to_string();
    html! {
        <svg class={name.mirrors().then_some("mirror")} width={size.clone()} height={size} viewBox="0 0 24 24" fill="none"
            stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d={name.path()} />
        </svg>
    }
}

/// The icon of a menu category by the name the menu gives it; a plate when the name is unknown.
pub fn category_icon(name: &str) -> Icon {
    match name {
        "glass" | "wine" | "beer" | "drinks" => Icon::Glass,
        "cup" | "coffee" | "tea" => Icon::Cup,
        "leaf" | "salad" | "vegetables" => Icon::Leaf,
        "fish" => Icon::Fish,
        "cake" | "dessert" => Icon::Cake,
        "flame" | "grill" => Icon::Flame,
        "star" => Icon::Star,
        "bag" => Icon::Bag,
        _ => Icon::Plate,
    }
}
