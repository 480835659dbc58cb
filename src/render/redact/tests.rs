use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn mask() -> Mask {
    Mask::new(&["0123456789abcdef0123456789abcdef".to_owned().into()])
}

/// `text`, masked, with every stand-in written as `***`.
fn text(text: &str) -> String {
    let masked = mask().text(text);
    let mut parts = masked.split("***");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        assert!(part.as_bytes()[..6].iter().all(u8::is_ascii_hexdigit));
        out.push_str("***");
        out.push_str(&part[6..]);
    }
    out
}

const A36: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

#[test]
fn known_shapes_are_masked_wherever_they_stand() {
    for shape in [
        format!("ghp_{A36}"),
        format!("gho_{A36}"),
        format!("ghu_{A36}"),
        format!("ghs_{A36}"),
        format!("ghr_{A36}"),
        format!("github_pat_11AAAAAAA0_{A36}"),
        "glpat-abcdEFGH1234ijklMNOP".to_owned(),
        "xoxb-123456789012-abcdefABCDEF".to_owned(),
        "AKIAIOSFODNN7EXAMPLE".to_owned(),
        "ASIAIOSFODNN7EXAMPLE".to_owned(),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl".to_owned(),
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----".to_owned(),
        "0123456789abcdef0123456789abcdef".to_owned(),
    ] {
        assert_eq!(text(&shape), "***");
        assert_eq!(text(&format!("a ({shape}) b")), "a (***) b");
        assert_eq!(
            text(&format!("const x = '{shape}';\n")),
            "const x = '***';\n"
        );
    }
}

#[test]
fn the_scheme_before_a_credential_stays() {
    for (before, after) in [
        ("Bearer abcdefgh", "Bearer ***"),
        ("call with Bearer abc123def now", "call with Bearer *** now"),
        ("Basic dXNlcjpwYXNz", "Basic ***"),
        ("basic dXNlcjpwYXM=", "basic ***"),
        (
            "https://me:hunter2@example.com/x",
            "https://me:***@example.com/x",
        ),
        (
            "https://x.io/?api_key=abc&q=1",
            "https://x.io/?api_key=***&q=1",
        ),
    ] {
        assert_eq!(text(before), after);
    }
}

#[test]
fn what_is_no_credential_stays() {
    for same in [
        "Basic settings",
        "Basic Information",
        "a bearer of good news",
        "Bearer ${token.value}",
        "https://example.com:8080/a@b",
        "https://${user}:${password}@example.com",
        "11111111-1111-4111-8111-111111111111",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "return outputs.token;",
        "type: 'password'",
        "the token: see below",
        "if (token === 'a') {}",
        "-----BEGIN PUBLIC KEY-----",
        "",
    ] {
        assert_eq!(text(same), same);
    }
}

#[test]
fn code_and_json_in_strings_are_masked_by_name() {
    for (before, after) in [
        (
            "const apiKey = \"abc\";\nnext()",
            "const apiKey = \"***\";\nnext()",
        ),
        (
            "{\"password\": \"x y\", \"b\": 1}",
            "{\"password\": \"***\", \"b\": 1}",
        ),
        (
            "{\\\"password\\\":\\\"x y\\\"}",
            "{\\\"password\\\":\\\"***\\\"}",
        ),
        (
            "headers['X-API-Key'] = 'abc'",
            "headers['X-API-Key'] = '***'",
        ),
        ("{secret: `${a.value}`}", "{secret: `${a.value}`}"),
    ] {
        assert_eq!(text(before), after);
    }
}

#[test]
fn a_value_under_the_name_of_a_secret_is_masked_whatever_it_looks_like() {
    let value = json!({
        "Authorization": "abc",
        "clientToken": {"inner": ["x", 12]},
        "DB_PASSWORD": "<YOUR_PASSWORD>",
        "set-cookie": "a=b",
        "x-custom-key": "v",
        "authorization": "Bearer ${a.value}",
        "apiKey": "${state.value}",
        "app-key": "@{key}",
        "token": "",
        "hasToken": true,
        "label": "Reload",
        "key": "not called like a secret",
    });
    let masked = mask().value(&value);
    let shown = |name: &str| masked[name].as_str().unwrap_or("no text").to_owned();
    for name in ["Authorization", "DB_PASSWORD", "set-cookie", "x-custom-key"] {
        assert!(is_stand_in(&shown(name)), "{name}");
    }
    assert!(is_stand_in(
        masked["clientToken"]["inner"][0].as_str().unwrap()
    ));
    assert!(is_stand_in(
        masked["clientToken"]["inner"][1].as_str().unwrap()
    ));
    for name in [
        "authorization",
        "apiKey",
        "app-key",
        "token",
        "hasToken",
        "label",
        "key",
    ] {
        assert_eq!(masked[name], value[name], "{name}");
    }
}

#[test]
fn a_header_in_a_list_is_masked_by_its_key() {
    let masked = mask().value(&json!([
        {"key": "X-API-Key", "value": ["<YOUR_API_KEY>"]},
        {"key": "Content-Type", "value": ["application/json"]},
    ]));
    assert!(is_stand_in(masked[0]["value"][0].as_str().unwrap()));
    assert_eq!(masked[0]["key"], "X-API-Key");
    assert_eq!(masked[1]["value"][0], "application/json");
}

#[test]
fn every_word_for_a_secret_is_known_in_any_spelling() {
    for word in names::ANYWHERE.into_iter().chain(names::AT_THE_END) {
        let apart = word.split("").collect::<Vec<_>>().join("-");
        for name in [word, &word.to_uppercase(), &apart, &format!(" my.{word} ")] {
            assert!(is_secret(name), "{name}");
        }
    }
    assert!(is_secret("X-Any-KEY") && !is_secret("Any-KEY"));
}

#[test]
fn a_path_counts_as_the_names_around_its_value() {
    let masked = |path: &str| mask().at(path, &json!("abc")) != json!("abc");
    for path in [
        "queries[q].inputs.requestHeaders[X-API-Key].value[0]",
        "queries[q].inputs.requestHeaders[X-API-Key#2].value[0]",
        "queries[q].inputs.requestHeaders[0].value[0]",
        "queries[q].inputs[\"client secret\"]",
        "queries[q].inputs.auth.password.inner",
        "queries[apiToken].defaultValue",
    ] {
        assert!(masked(path), "{path}");
    }
    for path in [
        "components[passwordInput].label",
        "queries[getToken].inputs.region",
        "queries[q].inputs.requestHeaders[Content-Type].value[0]",
    ] {
        assert!(!masked(path), "{path}");
    }
}

#[test]
fn a_changed_credential_is_a_changed_stand_in() {
    assert_ne!(
        mask().text("Bearer abcdefgh"),
        mask().text("Bearer abcdefgi")
    );
    assert_eq!(stand_in("secret"), "***2bb80d");
}

#[test]
fn hostile_texts_take_linear_time() {
    let size = 1 << 18;
    for piece in [
        "eyJ",
        "eyJ-",
        "eyJ.",
        "eyJaaaaaa.",
        "ghp_",
        "glpat-",
        "xoxb-",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "://",
        "://a:",
        "Bearer ",
        "token:'",
        "token:\"token:'token:`",
        "token=\\'",
        "${",
        "@{",
        "?token=",
        "x-",
        "a",
    ] {
        let hostile = piece.repeat(size / piece.len());
        let masked = mask().text(&hostile);
        assert!(masked.len() <= 2 * hostile.len());
        mask().at("a.token", &Value::from(hostile));
    }
}

#[test]
fn a_shape_that_a_stand_in_uncovers_is_masked_at_once() {
    let once = mask().text("Bearer glpat-=-----BEGIN PRIVATE KEY-----");
    assert_eq!(mask().text(&once), once);
}

fn fragment() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "Bearer ",
        "Basic ",
        "ghp_",
        "glpat-",
        "xoxb-",
        "AKIA",
        "eyJ",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "://",
        "user:",
        "@host",
        "token",
        "apiKey",
        "x-a-key",
        "\"",
        "'",
        "`",
        ": ",
        "= ",
        "=",
        "?",
        "&",
        "\\",
        "${",
        "@{",
        "}",
        "***",
        "***abc123",
        "\n",
        " ",
        ".",
        "é",
        "\u{202e}",
        "[",
        "]",
        "0123456789abcdef",
        "ABCDEFGHIJKLMNOP",
        "dXNlcjpwYXNz",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(crate::cases::cases(256))]

    #[test]
    fn masking_twice_is_masking_once(fragments in proptest::collection::vec(fragment(), 0..12)) {
        let once = mask().text(&fragments.concat());
        prop_assert_eq!(mask().text(&once), once);
    }

    #[test]
    fn a_masked_secret_stays_as_it_is(fragments in proptest::collection::vec(fragment(), 0..8)) {
        let once = mask().secret(&fragments.concat().into());
        prop_assert_eq!(mask().secret(&once), once);
    }

    #[test]
    fn no_github_token_comes_through(
        before in proptest::collection::vec(fragment(), 0..6),
        after in proptest::collection::vec(fragment(), 0..6),
    ) {
        let token = format!("ghp_{A36}");
        let around = format!("{} {token} {}", before.concat(), after.concat());
        prop_assert!(!mask().text(&around).contains(&token));
        prop_assert!(!mask().secret(&around.into()).to_string().contains(&token));
    }
}

#[test]
fn a_backslash_in_a_secret_does_not_end_it() {
    let mask = Mask::new(&[]);
    for text in [
        r#"const password = "Tr0ub\\4dor-rest";"#,
        r#"apiKey: "\x41BCDEF123-rest""#,
        "const token = `first\nrest`",
        r#"{\"password\": \"abcdef-rest\"}"#,
    ] {
        let masked = mask.text(text);
        assert!(!masked.contains("rest"), "{masked}");
    }
}

#[test]
fn a_credential_as_a_key_below_a_secret_is_masked() {
    let token = "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let value = json!({"tokens": {token: "ci"}});
    let masked = Mask::new(&[]).value(&value).to_string();
    assert!(!masked.contains(token), "{masked}");
}
