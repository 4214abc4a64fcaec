//! Which page is shown: the address after `#`, as an enum.

use domain::ids::CheckId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    Floor,
    Order(CheckId),
    Pay(CheckId),
    /// One station, or all of them.
    Kitchen(Option<String>),
    /// A section of the manager's pages, for example `reports` or `menu/item/espresso`; empty is today.
    Manager(String),
    SetUp,
    /// This browser was not let in yet.
    Device,
    /// What people did without knowing of each other, to be sorted out.
    Tray,
    Lost,
}

impl Route {
    pub fn read(hash: &str) -> Route {
        let path = hash.trim_start_matches('#').trim_matches('/');
        let (page, rest) = path.split_once('/').unwrap_or((path, ""));
        let check = || rest.parse::<CheckId>().ok();
        match page {
            "" | "floor" => Route::Floor,
            "order" => check().map_or(Route::Lost, Route::Order),
            "pay" => check().map_or(Route::Lost, Route::Pay),
            "kitchen" => Route::Kitchen((!rest.is_empty()).then(|| rest.to_owned())),
            "manager" => Route::Manager(rest.to_owned()),
            "setup" => Route::SetUp,
            "device" => Route::Device,
            "tray" => Route::Tray,
            _ => Route::Lost,
        }
    }

    /// The program with the pages of service, and every address that leads nowhere.
    pub const SERVICE: &str = "ui";
    pub const OFFICE: &str = "office";

    /// The program that shows this address; `ui/static/boot.js` follows the same rule.
    pub fn program(&self) -> &'static str {
        match self {
            Route::Manager(_) | Route::SetUp | Route::Device | Route::Tray => Route::OFFICE,
            Route::Floor | Route::Order(_) | Route::Pay(_) | Route::Kitchen(_) | Route::Lost => Route::SERVICE,
        }
    }

    pub fn hash(&self) -> String {
        match self {
            Route::Floor | Route::Lost => "#/floor".into(),
            Route::Order(check) => format!("#/order/{check}"),
            Route::Pay(check) => format!("#/pay/{check}"),
            Route::Kitchen(None) => "#/kitchen".into(),
            Route::Kitchen(Some(station)) => format!("#/kitchen/{station}"),
            Route::Manager(section) if section.is_empty() => "#/manager".into(),
            Route::Manager(section) => format!("#/manager/{section}"),
            Route::SetUp => "#/setup".into(),
            Route::Device => "#/device".into(),
            Route::Tray => "#/tray".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_reads_back() {
        let check: CheckId = "9f3k2m0a-17".parse().unwrap();
        let routes = [
            Route::Floor,
            Route::Order(check),
            Route::Pay(check),
            Route::Kitchen(None),
            Route::Kitchen(Some("grill".into())),
            Route::Manager(String::new()),
            Route::Manager("menu/item/espresso".into()),
            Route::SetUp,
            Route::Device,
            Route::Tray,
        ];
        for route in routes {
            assert_eq!(Route::read(&route.hash()), route);
        }
        assert_eq!(Route::read(""), Route::Floor);
        for lost in ["#/order/", "#/order/nothing", "#/pay/-1", "#/what"] {
            assert_eq!(Route::read(lost), Route::Lost, "{lost}");
        }
    }
}
