use axum::http::StatusCode;
use domain::rejection::Rejection;

/// The HTTP status that says the same as a rejection, for programs that look no further.
pub(super) fn of(why: &Rejection) -> StatusCode {
    use Rejection::*;
    match why {
        Malformed { .. } => StatusCode::BAD_REQUEST,
        NotSignedIn | WrongPin { .. } => StatusCode::UNAUTHORIZED,
        NotAllowed { .. } | NeedsApproval { .. } | NewDevice | SetUpElsewhere | OnlyProtected => StatusCode::FORBIDDEN,
        UnknownCheck { .. }
        | UnknownSlip { .. }
        | UnknownPrinter { .. }
        | UnknownPayment { .. }
        | NotHere { .. }
        | UnknownTerminal => StatusCode::NOT_FOUND,
        TableTaken { .. }
        | CheckClosed { .. }
        | CheckMerged { .. }
        | MergePaid { .. }
        | NotMerged { .. }
        | AlreadySetUp
        | NoStore => StatusCode::CONFLICT,
        TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
        StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        StorageFailed { .. } | Busy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
