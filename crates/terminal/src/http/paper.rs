use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::rejection::Rejection;

use super::{
    Face,
    api::{self, Address, Asking},
};

/// The picture of a slip, `/api/slips/17.png`. A picture's address carries the token, as no header can.
pub(super) async fn picture(
    State(face): State<Face>,
    Asking(caller): Asking,
    Query(address): Query<Address>,
    Path(name): Path<String>,
) -> Response {
    let Some(job) = name.strip_suffix(".png").and_then(|n| n.parse::<u64>().ok()) else {
        return api::refusal(Rejection::NotHere { what: "picture".into() });
    };
    let caller = api::caller_of(caller, address);
    let drawn = tokio::task::spawn_blocking(move || face.terminal.slip_picture(&caller, job)).await;
    match drawn {
        Ok(Ok(png)) => {
            ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], png).into_response()
        }
        Ok(Err(why)) => api::refusal(why),
        Err(_) => api::refusal(Rejection::Busy),
    }
}
