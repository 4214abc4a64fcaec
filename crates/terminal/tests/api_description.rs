//! The API description tells the truth: every command and query has an example, and every example works.

mod house;

use domain::{
    command::{Command, Envelope},
    query::Query,
};
use house::House;
use serde_json::{Value, json};
use terminal::openapi::{Example, Verb, document, evening, set_up, with_others};

/// The names of an enum's variants, as serde lists them when it meets one it does not know.
fn variants<T: serde::de::DeserializeOwned>() -> Vec<String> {
    let error = serde_json::from_value::<T>(json!("no such variant")).err().expect("it is unknown").to_string();
    let names: Vec<String> = error.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    assert!(names.len() > 10, "{error}");
    names
}

fn all() -> Vec<Example> {
    std::iter::once(set_up()).chain(evening()).chain(with_others()).collect()
}

#[test]
fn every_command_and_query_has_an_example() {
    let shown = |verb| all().into_iter().filter(|e| e.verb == verb).map(|e| e.name).collect::<Vec<_>>();
    for (verb, names) in [(Verb::Dispatch, variants::<Command>()), (Verb::Query, variants::<Query>())] {
        let shown = shown(verb);
        let missing: Vec<_> = names.iter().filter(|n| !shown.contains(n)).collect();
        assert!(missing.is_empty(), "no example of {missing:?}");
    }
}

#[test]
fn every_example_can_be_read() {
    for example in all() {
        let read = match example.verb {
            Verb::Dispatch => serde_json::from_value::<Envelope>(example.body.clone()).err(),
            Verb::Query => serde_json::from_value::<Query>(example.body.clone()).err(),
        };
        assert!(read.is_none(), "{}: {read:?}", example.name);
    }
}

#[test]
fn the_examples_are_an_evening_that_works() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::demo(dir.path());
    let mut client = house.client();
    for Example { name, body, verb, .. } in evening() {
        let path = if verb == Verb::Dispatch { "/api/dispatch" } else { "/api/query" };
        let said = client.post(path, body.to_string().as_bytes());
        let answer = said.json();
        let good = if verb == Verb::Dispatch { "done" } else { "view" };
        assert!(said.status == 200 && answer.get(good).is_some(), "{name}: {body} was answered {answer}");
        if let Some(token) = answer["done"]["signed_in"]["token"].as_str() {
            client.token = Some(token.to_owned());
        }
    }
    assert_eq!(client.query(json!("floor")).code(), "not_signed_in", "the evening ends with a sign-out");
}

#[test]
fn an_empty_terminal_is_set_up_by_the_first_example() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::with(dir.path(), &[], |_| {});
    let client = house.client();
    assert_eq!(client.query(json!("door")).json()["view"]["door"]["store"], Value::Null);
    let body = set_up().body.to_string();
    let said = client.post("/api/dispatch", body.as_bytes()).json();
    assert!(said.get("done").is_some(), "{said}");
    let again = body.replace("evenng01-0", "evenng01-99");
    assert_eq!(client.post("/api/dispatch", again.as_bytes()).code(), "already_set_up");
}

#[test]
fn the_description_is_served_and_names_its_own_schemas() {
    let document = document();
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::with(dir.path(), &[], |_| {});
    assert_eq!(house.client().get("/api/openapi.json").json(), document);
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap_or_default();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is not described");
    }
}
