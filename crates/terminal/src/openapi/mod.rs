//! The description of the API, `GET /api/openapi.json`: enough for a stranger with curl to run a whole evening.

mod evening;

use serde_json::{Map, Value, json};

pub use evening::{Example, Verb, evening, set_up, with_others};

use crate::json::{MAX_BODY, MAX_IMPORT};

/// The OpenAPI 3.1 document.
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Comanda terminal",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
        },
        "paths": {
            "/api/dispatch": {"post": verb(Verb::Dispatch)},
            "/api/query": {"post": verb(Verb::Query)},
            "/api/stream": {"get": stream()},
            "/api/slips/{job}.png": {"get": picture()},
            "/health": {"get": {
                "summary": "Whether this terminal works. With a token it also tells the `digest`, equal on terminals that hold the \
                    same entries.",
                "responses": {"200": said("It works."), "500": said("The database is damaged; `damage` says how.")},
            }},
            "/metrics": {"get": {
                "summary": "Counts in Prometheus' text form.",
                "responses": {"200": {"description": "Counts.", "content": {"text/plain": {}}}},
            }},
        },
        "components": {
            "securitySchemes": {"token": {
                "type": "http", "scheme": "bearer",
                "description": "The token in the answer to the command sign_in. Good for 16 hours.",
            }},
            "schemas": schemas(),
        },
        "security": [{"token": []}],
    })
}

const ABOUT: &str = "\
Two verbs and one stream. POST a command to /api/dispatch, a question to /api/query, and listen at /api/stream.\n\n\
Every command travels in an envelope with an `id` of your choice: your session (8 letters of 0-9 a-z without i l o u, \
drawn at random once) and a number that counts up, `9f3k2m0a-17`. The id names what the command creates: the check it \
opens, the payment it takes, and with `.0`, `.1` … the lines it adds. Send the same id again whenever you did not hear \
the answer: nothing is done twice, and the answer is the first one again, with `\"repeated\": true`.\n\n\
An answer is `{\"done\": …}` after everything is on the disk, or `{\"refused\": {\"code\", \"message\", …}}` and then \
nothing happened. Amounts are whole minor units (1250 is 12.50), shares are parts of 1000000. Unknown fields are refused, \
a price above all: prices are the menu's.\n\n\
The examples are one evening in order; they work on a terminal started with --demo (the PIN of the owner, ana, is 1111).";

fn verb(verb: Verb) -> Value {
    let examples: Map<String, Value> = std::iter::once(set_up())
        .chain(evening())
        .chain(with_others())
        .enumerate()
        .filter(|(_, e)| e.verb == verb)
        .map(|(n, e)| (format!("{n:02} {}", e.name), json!({"summary": e.summary, "value": e.body})))
        .collect();
    let (summary, description, ask, answer, refusals) = match verb {
        Verb::Dispatch => (
            "Does something. Answers after it is on the disk.",
            format!(
                "One envelope, or an array of at most {} that are done in order in one transaction; an array is answered by \
                 an array. At most {MAX_BODY} bytes, {MAX_IMPORT} for an import. The header `X-Device` names the device \
                 for the log.",
                crate::MAX_COMMANDS
            ),
            json!({"oneOf": [reference("Envelope"), {"type": "array", "items": reference("Envelope")}]}),
            json!({"oneOf": [reference("Outcome"), {"type": "array", "items": reference("Outcome")}]}),
            ["400", "401", "403", "404", "409", "413", "422", "429", "503", "507"].as_slice(),
        ),
        Verb::Query => (
            "Asks something. Changes nothing.",
            "What people see, worked out from the log.".to_owned(),
            reference("Query"),
            reference("Answer"),
            ["400", "401", "403", "404", "413"].as_slice(),
        ),
    };
    let content = |schema: Value| json!({"application/json": {"schema": schema}});
    let mut responses = Map::new();
    responses.insert("200".into(), json!({"description": "Done, or seen.", "content": content(answer.clone())}));
    for status in refusals {
        responses.insert((*status).into(), json!({"description": "Refused; `code` says why, `message` what to do.", "content": content(answer.clone())}));
    }
    json!({
        "summary": summary,
        "description": description,
        "requestBody": {"required": true, "content": {"application/json": {"schema": ask, "examples": examples}}},
        "responses": responses,
    })
}

fn stream() -> Value {
    json!({
        "summary": "A WebSocket that tells what changed.",
        "description": "Send a Wants message at any time; it replaces the one before, and a \"beat\" says that it holds. The first message is {\"start\": …}, and it \
                        comes again when you fell behind: then ask everything anew. `\"beat\"` every 10 s says the line is alive.",
        "parameters": [token_parameter()],
        "responses": {
            "101": {"description": "Messages are Update texts.", "content": {"application/json": {"schema": reference("Update")}}},
            "401": said("Not signed in."),
        },
    })
}

fn picture() -> Value {
    json!({
        "summary": "A slip as its printer would print it.",
        "parameters": [
            {"name": "job", "in": "path", "required": true, "schema": {"type": "integer"}},
            token_parameter(),
        ],
        "responses": {"200": {"description": "The paper.", "content": {"image/png": {}}}, "404": said("No such slip.")},
    })
}

fn token_parameter() -> Value {
    json!({"name": "token", "in": "query", "required": false, "schema": {"type": "string"},
           "description": "The token, where no header can be sent."})
}

fn said(what: &str) -> Value {
    json!({"description": what, "content": {"application/json": {}}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The names of a verb's variants, from the examples: each has one.
fn variants(verb: Verb) -> Value {
    let all = std::iter::once(set_up()).chain(evening());
    let mut names: Vec<String> = all.filter(|e| e.verb == verb).map(|e| e.name).collect();
    names.sort();
    names.dedup();
    json!({"oneOf": [
        {"type": "string", "enum": names},
        {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": {"enum": names}},
    ]})
}

fn schemas() -> Value {
    json!({
        "Id": {"type": "string", "pattern": "^[0-9a-hjkmnp-tv-z]{8}-[0-9]+$", "examples": ["9f3k2m0a-17"]},
        "Envelope": {
            "type": "object",
            "required": ["id", "command"],
            "additionalProperties": false,
            "properties": {
                "id": reference("Id"),
                "command": variants(Verb::Dispatch),
                "approval": {
                    "type": "object",
                    "description": "A colleague lends a permission for this one command.",
                    "required": ["staff", "pin"],
                    "properties": {"staff": {"type": "string"}, "pin": {"type": "string"}},
                },
                "want_check": {"type": "boolean", "description": "Answer with the check's facts after the command."},
            },
        },
        "Query": variants(Verb::Query),
        "Outcome": {"oneOf": [
            {"type": "object", "required": ["done"], "properties": {"done": done()}},
            reference("Refused"),
        ]},
        "Answer": {"oneOf": [
            {"type": "object", "required": ["view"], "properties": {"view": {"type": "object", "minProperties": 1, "maxProperties": 1}}},
            reference("Refused"),
        ]},
        "Refused": {"type": "object", "required": ["refused"], "properties": {"refused": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "examples": ["table_taken"]},
                "message": {"type": "string", "examples": ["Somebody opened check A3 at this table. Show it."]},
            },
        }}},
        "Wants": {"type": "object", "properties": {
            "floor": {"type": "boolean"},
            "checks": {"type": "array", "items": reference("Id")},
            "kitchen": {"type": "boolean"},
            "stations": {"type": "array", "items": {"type": "string"}},
            "slips": {"type": "boolean"},
        }},
        "Update": {"oneOf": [
            {"const": "beat"},
            {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": {"enum": [
                "start", "card", "card_gone", "facts", "ticket", "ticket_gone", "stock", "config", "menu", "slip", "printer",
                "works", "elsewhere", "day_closed",
            ]}},
        ]},
    })
}

fn done() -> Value {
    let number = json!({"type": "object", "properties": {"letter": {"type": "string"}, "n": {"type": "integer"}}});
    json!({
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": reference("Id"),
            "repeated": {"type": "boolean"},
            "check": reference("Id"),
            "number": number,
            "receipt": number,
            "signed_in": {"type": "object", "properties": {"token": {"type": "string"}, "person": {"type": "object"}}},
            "z": {"type": "object"},
            "facts": {"type": "object"},
        },
    })
}
